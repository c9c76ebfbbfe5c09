// nats-server, which asks its certificate's responder and staples what it says.

#include <gtest/gtest.h>

#include "tests/integration/ocsp_responder.h"
#include "tests/integration/real_server.h"
#include "tests/integration/server_account.h"
#include "tests/integration/starttls_probe.h"

namespace stapling::testing {
namespace {

// `more`: further lines of its configuration.
StartedServer StartNats(const Site& site, const std::string& more) {
  return RealServer::Start([&](std::uint16_t port) {
    const std::string configuration = site.directory().Write(
        "nats.conf", "listen: \"127.0.0.1:" + std::to_string(port) + "\"\n" + more);
    HandOver(site.directory());
    return AsServerAccount({FindProgram("nats-server"), "-c", configuration});
  });
}

std::string Tls(const Site& site) {
  return "tls { cert_file: \"" + site.ChainFile() + "\", key_file: \"" + site.KeyFile() + "\" }\n";
}

TEST(StartTlsNats, StaplesWhatItsResponderSays) {
  const Site site;
  const auto responder = OcspResponder::Start(site, CertStatus::kGood);
  ASSERT_TRUE(responder) << responder.error();
  const auto server =
      StartNats(site, Tls(site) + "ocsp { mode: always, url: \"" + (*responder)->Url() + "\" }\n");
  ASSERT_TRUE(server) << server.error();
  ExpectHealthy(ProbeScheme(site, "nats", (*server)->port()), "good");
}

TEST(StartTlsNats, StaplesNothingUnlessTold) {
  const Site site;
  const auto server = StartNats(site, Tls(site));
  ASSERT_TRUE(server) << server.error();
  ExpectHealthy(ProbeScheme(site, "nats", (*server)->port()), "missing");
}

// Unless it has handshake_first, which came with 2.10.
TEST(StartTlsNats, IsNotTlsFromTheFirstOctet) {
  const Site site;
  const auto server = StartNats(site, Tls(site));
  ASSERT_TRUE(server) << server.error();
  const auto [text, samples] = ProbeScheme(site, "tls", (*server)->port());
  SCOPED_TRACE(text);
  EXPECT_EQ(FailureOf(samples), "handshake/not_tls");
  EXPECT_FALSE(samples.Value("probe_phase_duration_seconds{phase=\"starttls\"}"));
}

TEST(StartTlsNats, SaysSoWhenTlsIsSwitchedOff) {
  const Site site;
  const auto server = StartNats(site, "");
  ASSERT_TRUE(server) << server.error();
  ExpectPlainTextOnly(ProbeScheme(site, "nats", (*server)->port()));
}

}  // namespace
}  // namespace stapling::testing
