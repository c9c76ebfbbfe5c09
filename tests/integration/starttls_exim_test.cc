// Exim, the mail server that staples: from a file, over SMTP.

#include <gtest/gtest.h>

#include "tests/integration/real_server.h"
#include "tests/integration/server_account.h"
#include "tests/integration/starttls_probe.h"

namespace stapling::testing {
namespace {

// `tls`: further lines of its configuration.
StartedServer StartExim(const Site& site, const std::string& tls) {
  const ServerAccount& account = TheServerAccount();
  return RealServer::Start([&](std::uint16_t port) {
    const std::string configuration = site.directory().Write(
        "exim.conf", "exim_user = " + account.user + "\nexim_group = " + account.group +
                         "\nprimary_hostname = leaf.test\nkeep_environment =\n"
                         "spool_directory = " +
                         site.Path("spool") + "\nlog_file_path = " + site.Path("exim-%s.log") +
                         "\nlocal_interfaces = 127.0.0.1\ndaemon_smtp_ports = " +
                         std::to_string(port) + "\n" + tls);
    HandOver(site.directory());
    return AsServerAccount({FindProgram("exim4"), "-C", configuration, "-bdf"});
  });
}

std::string Tls(const Site& site) {
  return "tls_advertise_hosts = *\ntls_certificate = " + site.ChainFile() +
         "\ntls_privatekey = " + site.KeyFile() + "\n";
}

std::string Stapling(const Site& site, const OcspResponseSpec& response) {
  return Tls(site) +
         "tls_ocsp_file = " + site.WriteBytes("staple.der", BuildOcspResponse(response)) + "\n";
}

TEST(StartTlsExim, StaplesItsFile) {
  const Site site;
  const auto server = StartExim(site, Stapling(site, site.Good()));
  ASSERT_TRUE(server) << server.error();
  ExpectHealthy(ProbeScheme(site, "smtp", (*server)->port()), "good");
}

TEST(StartTlsExim, StaplesAFileThatNobodyRenews) {
  const Site site;
  OcspResponseSpec old = site.Good();
  old.produced_at = site.now - std::chrono::hours(49);
  old.responses[0].this_update = site.now - std::chrono::hours(49);
  const auto server = StartExim(site, Stapling(site, old));
  ASSERT_TRUE(server) << server.error();
  const auto [text, samples] =
      ProbeScheme(site, "smtp", (*server)->port(), "    staple: {max_age: 48h}\n");
  SCOPED_TRACE(text);
  EXPECT_EQ(samples.Value("probe_success"), 0);
  EXPECT_EQ(FailureOf(samples), "judge/staple_invalid");
  EXPECT_EQ(VerdictOf(samples), "too_old");
  EXPECT_EQ(samples.Value("probe_tls_chain_valid"), 1);
}

// Built with GnuTLS, as Debian builds it, it never staples these: until the file is replaced it
// says 454 to whoever asks for TLS.
TEST(StartTlsExim, HasNoTlsWhileItsFileIsExpiredOrRevoked) {
  const Site site;
  struct Row {
    const char* name;
    OcspResponseSpec response;
  };
  for (const Row& row : {Row{"expired", site.Expired()}, Row{"revoked", site.Revoked()}}) {
    SCOPED_TRACE(row.name);
    const auto server = StartExim(site, Stapling(site, row.response));
    ASSERT_TRUE(server) << server.error();
    SCOPED_TRACE((*server)->process().Errors());
    ExpectRefusal(site, "smtp", (*server)->port(), "454 TLS currently unavailable");
  }
}

TEST(StartTlsExim, StaplesNothingWithoutAFile) {
  const Site site;
  const auto server = StartExim(site, Tls(site));
  ASSERT_TRUE(server) << server.error();
  ExpectHealthy(ProbeScheme(site, "smtp", (*server)->port()), "missing");
}

TEST(StartTlsExim, AdvertisesNoTlsToHostsThatItIsNotFor) {
  const Site site;
  const auto server = StartExim(site, "tls_advertise_hosts =\n");
  ASSERT_TRUE(server) << server.error();
  ExpectPlainTextOnly(ProbeScheme(site, "smtp", (*server)->port()));
}

}  // namespace
}  // namespace stapling::testing
