#include "tests/integration/starttls_probe.h"

#include <gtest/gtest.h>

namespace stapling::testing {
namespace {

std::string TargetOf(const std::string& scheme, std::uint16_t port) {
  return scheme + "://127.0.0.1:" + std::to_string(port);
}

}  // namespace

Scrape ProbeScheme(const Site& site, const std::string& scheme, std::uint16_t port,
                   const std::string& more) {
  const auto exporter = Exporter::Start(ModuleTrusting(site.CaFile(), more));
  if (!exporter) return {exporter.error(), Samples(std::string_view())};
  HttpResponse response =
      (*exporter)->Probe({.target = TargetOf(scheme, port), .hostname = "leaf.test"});
  if (response.status != 200) return {response.body, Samples(std::string_view())};
  Samples samples(response.body);
  return {std::move(response.body), std::move(samples)};
}

void ExpectHealthy(const Scrape& scrape, const std::string& verdict) {
  const Samples& samples = scrape.samples;
  SCOPED_TRACE(scrape.text);
  EXPECT_EQ(samples.Value("probe_success"), 1);
  EXPECT_TRUE(samples.Value("probe_phase_duration_seconds{phase=\"starttls\"}"));
  EXPECT_EQ(samples.LabelOf("probe_tls_version_info", "version"), "TLS 1.3");
  EXPECT_EQ(samples.LabelOf("probe_tls_library_info", "library"), LibraryUnderTest());
  EXPECT_EQ(samples.Value("probe_tls_chain_valid"), 1);
  EXPECT_EQ(samples.Value("probe_tls_hostname_valid"), 1);
  EXPECT_EQ(samples.Value("ocsp_staple_present{depth=\"0\"}"), verdict == "missing" ? 0 : 1);
  EXPECT_EQ(VerdictOf(samples), verdict);
}

void ExpectPlainTextOnly(const Scrape& scrape) {
  SCOPED_TRACE(scrape.text);
  EXPECT_EQ(scrape.samples.Value("probe_success"), 0);
  EXPECT_EQ(FailureOf(scrape.samples), "starttls/starttls_unsupported");
  EXPECT_FALSE(scrape.samples.Has("probe_tls_version_info"));
  EXPECT_FALSE(scrape.samples.Has("ocsp_staple_present"));
}

void ExpectRefusal(const Site& site, const std::string& scheme, std::uint16_t port,
                   const std::string& words) {
  const auto exporter = Exporter::Start(ModuleTrusting(site.CaFile()));
  ASSERT_TRUE(exporter) << exporter.error();
  const std::string page =
      (*exporter)->Probe({.target = TargetOf(scheme, port), .debug = true}).body;
  SCOPED_TRACE(page);
  const Samples samples(page);
  EXPECT_EQ(samples.Value("probe_success"), 0);
  EXPECT_EQ(FailureOf(samples), "starttls/starttls_refused");
  EXPECT_NE(page.find(words), std::string::npos);
  EXPECT_FALSE(samples.Has("ocsp_staple_present"));
}

}  // namespace stapling::testing
