// What nginx staples from a file, under both TLS versions.

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

#include "tests/integration/real_server.h"
#include "tests/integration/scrape.h"

namespace stapling::testing {
namespace {

enum class Staple { kNone, kGood, kExpired, kRevoked };

struct NginxCase {
  const char* name;
  ServerTls version = ServerTls::k13;
  Site::Leaf leaf = Site::Leaf::kPlain;
  Staple staple = Staple::kNone;
  const char* verdict;
  std::optional<double> valid = {};  // ocsp_staple_valid
  double success = 0;
  const char* failure = "";
};

void PrintTo(const NginxCase& row, std::ostream* out) { *out << row.name; }

std::string WriteStaple(const Site& site, Staple staple) {
  switch (staple) {
    case Staple::kGood:
      return site.WriteBytes("staple.der", BuildOcspResponse(site.Good()));
    case Staple::kExpired:
      return site.WriteBytes("staple.der", BuildOcspResponse(site.Expired()));
    case Staple::kRevoked:
      return site.WriteBytes("staple.der", BuildOcspResponse(site.Revoked()));
    case Staple::kNone:
      break;
  }
  return {};
}

class NginxTest : public ::testing::TestWithParam<NginxCase> {};

TEST_P(NginxTest, IsJudged) {
  const NginxCase& row = GetParam();
  const Site site(row.leaf);
  const auto server = StartNginx(site, row.version, WriteStaple(site, row.staple));
  ASSERT_TRUE(server) << server.error();
  const auto [text, samples] = ScrapeOnce(site, (*server)->Target());
  SCOPED_TRACE(text);

  EXPECT_EQ(samples.Value("probe_success"), row.success);
  EXPECT_EQ(FailureOf(samples), row.failure);
  EXPECT_EQ(VerdictOf(samples), row.verdict);
  EXPECT_EQ(samples.Value("ocsp_staple_valid{depth=\"0\"}"), row.valid);
  EXPECT_EQ(samples.Value("ocsp_staple_present{depth=\"0\"}"), row.staple == Staple::kNone ? 0 : 1);
  EXPECT_EQ(samples.LabelOf("probe_tls_version_info", "version"),
            row.version == ServerTls::k12 ? "TLS 1.2" : "TLS 1.3");
  // Whatever is wrong with the staple, the certificate is right.
  EXPECT_EQ(samples.Value("probe_tls_chain_valid"), 1);
  EXPECT_EQ(samples.Value("probe_tls_hostname_valid"), 1);
}

constexpr NginxCase kCases[] = {
    {.name = "Tls12Good",
     .version = ServerTls::k12,
     .staple = Staple::kGood,
     .verdict = "good",
     .valid = 1,
     .success = 1},
    {.name = "Tls13Good", .staple = Staple::kGood, .verdict = "good", .valid = 1, .success = 1},
    {.name = "Tls12Missing", .version = ServerTls::k12, .verdict = "missing", .success = 1},
    {.name = "Tls13Missing", .verdict = "missing", .success = 1},
    {.name = "Tls12MustStapleMissing",
     .version = ServerTls::k12,
     .leaf = Site::Leaf::kMustStaple,
     .verdict = "missing",
     .failure = "judge/staple_missing"},
    {.name = "Tls13MustStapleMissing",
     .leaf = Site::Leaf::kMustStaple,
     .verdict = "missing",
     .failure = "judge/staple_missing"},
    {.name = "Tls13MustStapleGood",
     .leaf = Site::Leaf::kMustStaple,
     .staple = Staple::kGood,
     .verdict = "good",
     .valid = 1,
     .success = 1},
    {.name = "Tls12Expired",
     .version = ServerTls::k12,
     .staple = Staple::kExpired,
     .verdict = "expired",
     .valid = 0,
     .failure = "judge/staple_invalid"},
    {.name = "Tls13Expired",
     .staple = Staple::kExpired,
     .verdict = "expired",
     .valid = 0,
     .failure = "judge/staple_invalid"},
    {.name = "Tls12Revoked",
     .version = ServerTls::k12,
     .staple = Staple::kRevoked,
     .verdict = "revoked",
     .valid = 1,
     .failure = "judge/revoked"},
    {.name = "Tls13Revoked",
     .staple = Staple::kRevoked,
     .verdict = "revoked",
     .valid = 1,
     .failure = "judge/revoked"},
};

INSTANTIATE_TEST_SUITE_P(Staples, NginxTest, ::testing::ValuesIn(kCases),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(NginxTimes, AreThoseOfTheResponse) {
  const Site site;
  const auto server =
      StartNginx(site, ServerTls::k13, site.WriteBytes("r.der", BuildOcspResponse(site.Revoked())));
  ASSERT_TRUE(server) << server.error();
  const auto [text, samples] = ScrapeOnce(site, (*server)->Target());
  SCOPED_TRACE(text);

  constexpr double kHour = 3600;
  const auto now = static_cast<double>(site.now.time_since_epoch().count());
  const auto value = [&, &page = samples](const std::string& name) {
    return page.Value("ocsp_staple_" + name + "{depth=\"0\"}");
  };
  EXPECT_EQ(value("this_update_timestamp_seconds"), now - kHour);
  EXPECT_EQ(value("produced_at_timestamp_seconds"), now - kHour);
  EXPECT_EQ(value("next_update_timestamp_seconds"), now + 167 * kHour);
  EXPECT_EQ(value("effective_expiry_timestamp_seconds"), now + 167 * kHour);
  EXPECT_EQ(value("revoked_at_timestamp_seconds"), now - 24 * kHour);
  EXPECT_EQ(samples.LabelOf("ocsp_staple_revocation_reason_info", "reason"), "key_compromise");
  EXPECT_NEAR(value("age_seconds").value_or(-1), kHour, 120);
  EXPECT_NEAR(value("remaining_seconds").value_or(-1), 167 * kHour, 120);
  EXPECT_NEAR(value("lifetime_used_ratio").value_or(-1), 1.0 / 168, 0.001);
}

}  // namespace
}  // namespace stapling::testing
