// The whole page of a probe: what is in it, and what must not be.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/integration/real_server.h"
#include "tests/integration/scrape.h"
#include "tests/support/comparable_page.h"
#include "tests/support/rude_server.h"

namespace stapling::testing {
namespace {

std::string ReadGolden(const std::string& name) {
  std::ifstream file(std::string(STAPLING_GOLDEN_DIRECTORY) + "/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void ExpectAbsent(const Samples& samples, const std::vector<std::string>& names) {
  for (const std::string& name : names) EXPECT_FALSE(samples.Has(name)) << name;
}

// Everything that only a staple can tell.
const std::vector<std::string> kStapleOnly = {
    "ocsp_staple_valid",
    "ocsp_staple_signature_valid",
    "ocsp_staple_check_passed",
    "ocsp_staple_response_status",
    "ocsp_staple_certificate_status",
    "ocsp_staple_this_update_timestamp_seconds",
    "ocsp_staple_next_update_timestamp_seconds",
    "ocsp_staple_produced_at_timestamp_seconds",
    "ocsp_staple_effective_expiry_timestamp_seconds",
    "ocsp_staple_age_seconds",
    "ocsp_staple_remaining_seconds",
    "ocsp_staple_lifetime_used_ratio",
    "ocsp_staple_signer_not_after_timestamp_seconds",
    "ocsp_staple_revoked_at_timestamp_seconds",
    "ocsp_staple_revocation_reason_info",
    "ocsp_staple_size_bytes",
    "ocsp_staple_info",
};

TEST(Golden, PageOfAGoodProbe) {
  const Site site;
  const auto server = StartNginx(site, ServerTls::k13,
                                 site.WriteBytes("staple.der", BuildOcspResponse(site.Good())));
  ASSERT_TRUE(server) << server.error();
  const auto [text, samples] = ScrapeOnce(site, (*server)->Target());
  EXPECT_EQ(MaskVolatile(WithoutLibrary(text)), ReadGolden("good_probe.txt")) << text;
  EXPECT_LE(samples.size(), 75);
  const bool gnutls = LibraryUnderTest() == "gnutls";
  EXPECT_EQ(samples.LabelOf("probe_tls_library_info", "library"), LibraryUnderTest());
  EXPECT_EQ(samples.Value("ocsp_staple_accepted_by_library{library=\"gnutls\"}"),
            gnutls ? std::optional(1.0) : std::nullopt);
  ExpectAbsent(samples,
               {"probe_failure_info", "probe_tls_chain_error_info",
                "ocsp_staple_signer_not_after_timestamp_seconds",
                "ocsp_staple_revoked_at_timestamp_seconds", "ocsp_staple_revocation_reason_info"});
  EXPECT_EQ(PromtoolComplaints(text), "");
}

TEST(Golden, PageWithoutAStaple) {
  const Site site;
  const auto server = StartNginx(site, ServerTls::k13, "");
  ASSERT_TRUE(server) << server.error();
  const auto [text, samples] = ScrapeOnce(site, (*server)->Target());
  EXPECT_EQ(MaskVolatile(WithoutLibrary(text)), ReadGolden("missing_probe.txt")) << text;
  ExpectAbsent(samples, kStapleOnly);
  ExpectAbsent(samples, {"ocsp_staple_accepted_by_library"});
  ExpectAbsent(samples, {"probe_failure_info", "probe_tls_chain_error_info"});
  EXPECT_EQ(PromtoolComplaints(text), "");
}

// A server that was never seen: nothing is known of certificates, names or staples.
TEST(Golden, PageOfAFailedProbe) {
  const Site site;
  const auto server = RudeServer::Start(CloseAfterClientHello());
  ASSERT_TRUE(server) << server.error();
  const auto [text, samples] = ScrapeOnce(site, (*server)->Target());
  SCOPED_TRACE(text);
  EXPECT_EQ(samples.Value("probe_success"), 0);
  EXPECT_EQ(FailureOf(samples), "handshake/closed");
  ExpectAbsent(samples, kStapleOnly);
  ExpectAbsent(samples, {"ocsp_staple_present", "ocsp_staple_required", "ocsp_staple_expected",
                         "ocsp_staple_verdict_info", "ocsp_certificate_must_staple",
                         "ocsp_certificate_names_responder", "probe_tls_chain_valid",
                         "probe_tls_hostname_valid", "probe_tls_version_info",
                         "probe_ssl_earliest_cert_expiry", "probe_ssl_last_chain_info",
                         "probe_ssl_last_chain_expiry_timestamp_seconds"});
  EXPECT_EQ(PromtoolComplaints(text), "");
}

TEST(Promtool, HasNothingToSayOfTheExportersOwnMetrics) {
  const Site site;
  const auto exporter = Exporter::Start(ModuleTrusting(site.CaFile()));
  ASSERT_TRUE(exporter) << exporter.error();
  const std::string before = (*exporter)->Metrics();
  EXPECT_EQ(PromtoolComplaints(before), "") << before;
  // A closed label set starts at 0, so that the first increase is seen.
  const Samples zero(before);
  const std::string prefix = "ocsp_stapling_exporter_";
  EXPECT_EQ(zero.Value(prefix + "probes_total{module=\"test\",result=\"success\"}"), 0);
  EXPECT_EQ(zero.Value(prefix + "probes_total{module=\"test\",result=\"failure\"}"), 0);
  for (const char* reason : {"denied", "busy", "bad_target", "unknown_module", "bad_timeout"}) {
    EXPECT_EQ(zero.Value(prefix + "probes_rejected_total{reason=\"" + reason + "\"}"), 0) << reason;
  }
  EXPECT_EQ(zero.Value(prefix + "config_last_reload_successful"), 1);

  const auto server = RudeServer::Start(CloseAfterAccept());
  ASSERT_TRUE(server) << server.error();
  static_cast<void>((*exporter)->Probe({.target = (*server)->Target()}));
  static_cast<void>((*exporter)->Probe({.target = ":443"}));
  const std::string after = (*exporter)->Metrics();
  EXPECT_EQ(PromtoolComplaints(after), "") << after;
  const Samples one(after);
  EXPECT_EQ(one.Value(prefix + "probes_total{module=\"test\",result=\"failure\"}"), 1);
  EXPECT_EQ(one.Value(prefix + "probe_duration_seconds_count{module=\"test\"}"), 1);
  EXPECT_EQ(one.Value(prefix + "probes_rejected_total{reason=\"bad_target\"}"), 1);
  EXPECT_EQ(one.Value(prefix + "probes_in_flight"), 0);
}

}  // namespace
}  // namespace stapling::testing
