// InspIRCd. It does not staple.

#include <gtest/gtest.h>

#include "tests/integration/real_server.h"
#include "tests/integration/server_account.h"
#include "tests/integration/starttls_probe.h"

namespace stapling::testing {
namespace {

// `tls`: further tags of its configuration.
StartedServer StartInspircd(const Site& site, const std::string& tls) {
  const std::string directory = site.directory().path().string();
  return RealServer::Start([&](std::uint16_t port) {
    const std::string configuration = site.directory().Write(
        "inspircd.conf",
        "<config format=\"xml\">\n"
        "<server name=\"leaf.test\" description=\"test\" network=\"test\">\n"
        "<admin name=\"test\" nick=\"test\" email=\"test@leaf.test\">\n"
        "<connect allow=\"*\" resolvehostnames=\"no\" useident=\"no\">\n"
        "<bind address=\"127.0.0.1\" port=\"" +
            std::to_string(port) + "\" type=\"clients\">\n<path configdir=\"" + directory +
            "\" datadir=\"" + directory + "\" logdir=\"" + directory + "\" runtimedir=\"" +
            directory + "\">\n<pid file=\"" + site.Path("pid") + "\">\n" + tls);
    HandOver(site.directory());
    return AsServerAccount({FindProgram("inspircd"), "--config", configuration, "--nofork"});
  });
}

TEST(StartTlsInspircd, GoesOverToTls) {
  const Site site;
  const auto server =
      StartInspircd(site,
                    "<module name=\"ssl_gnutls\">\n<module name=\"starttls\">\n"
                    "<sslprofile name=\"Clients\" provider=\"gnutls\" hash=\"sha256\" certfile=\"" +
                        site.ChainFile() + "\" keyfile=\"" + site.KeyFile() + "\">\n");
  ASSERT_TRUE(server) << server.error();
  ExpectHealthy(ProbeScheme(site, "irc", (*server)->port()), "missing");
}

// What it does not know it does not answer before a client has registered.
TEST(StartTlsInspircd, SaysNothingWithoutItsModule) {
  const Site site;
  const auto server = StartInspircd(site, "");
  ASSERT_TRUE(server) << server.error();
  const auto [text, samples] = ProbeScheme(site, "irc", (*server)->port(), "    timeout: 500ms\n");
  SCOPED_TRACE(text);
  EXPECT_EQ(samples.Value("probe_success"), 0);
  EXPECT_EQ(FailureOf(samples), "starttls/timeout");
}

}  // namespace
}  // namespace stapling::testing
