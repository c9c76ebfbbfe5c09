// Exim, the mail server that staples: from a file, over SMTP.

#include <gtest/gtest.h>

#include "tests/integration/exim.h"
#include "tests/integration/starttls_probe.h"

namespace stapling::testing {
namespace {

TEST(StartTlsExim, StaplesItsFile) {
  const Site site;
  const auto server = StartExim(site, EximStapling(site, site.Good()));
  ASSERT_TRUE(server) << server.error();
  ExpectHealthy(ProbeScheme(site, "smtp", (*server)->port()), "good");
}

TEST(StartTlsExim, StaplesAFileThatNobodyRenews) {
  const Site site;
  OcspResponseSpec old = site.Good();
  old.produced_at = site.now - std::chrono::hours(49);
  old.responses[0].this_update = site.now - std::chrono::hours(49);
  const auto server = StartExim(site, EximStapling(site, old));
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
    const auto server = StartExim(site, EximStapling(site, row.response));
    ASSERT_TRUE(server) << server.error();
    SCOPED_TRACE((*server)->process().Errors());
    ExpectRefusal(site, "smtp", (*server)->port(), "454 TLS currently unavailable");
  }
}

TEST(StartTlsExim, StaplesNothingWithoutAFile) {
  const Site site;
  const auto server = StartExim(site, EximTls(site));
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
