// The cache of verifications, as its user sees it: in /metrics, by its flag, and not at all in what
// a probe says.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/integration/scrape.h"
#include "tests/support/comparable_page.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {
namespace {

constexpr const char* kHits = "ocsp_stapling_exporter_verification_cache_hits_total";
constexpr const char* kMisses = "ocsp_stapling_exporter_verification_cache_misses_total";
constexpr const char* kEntries = "ocsp_stapling_exporter_verification_cache_entries";
constexpr const char* kBytes = "ocsp_stapling_exporter_verification_cache_bytes";

std::unique_ptr<Exporter> StartWith(const Site& site, const std::string& bytes) {
  auto exporter =
      Exporter::Start(ModuleTrusting(site.CaFile()), {"--probe.verification-cache-bytes=" + bytes});
  EXPECT_TRUE(exporter) << exporter.error();
  return exporter ? std::move(exporter).value() : nullptr;
}

TEST(VerificationCacheFlag, ShowsHitsOrSwitchesThemOff) {
  const Site site;
  const auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {BuildOcspResponse(site.Good())}});
  ASSERT_TRUE(server) << server.error();
  const auto with = StartWith(site, "1000000");
  const auto without = StartWith(site, "0");
  ASSERT_TRUE(with && without);
  for (int i = 0; i < 3; ++i) {
    const HttpResponse cached = with->Probe({.target = (*server)->Target()});
    const HttpResponse anew = without->Probe({.target = (*server)->Target()});
    EXPECT_EQ(Samples(cached.body).Value("probe_success"), 1) << cached.body;
    EXPECT_EQ(ComparablePage(cached.body, ServerStaples::kKept),
              ComparablePage(anew.body, ServerStaples::kKept));
  }
  const Samples kept(with->Metrics());
  EXPECT_EQ(kept.Value(kHits), 4);
  EXPECT_EQ(kept.Value(kMisses), 2);
  EXPECT_EQ(kept.Value(kEntries), 2);
  EXPECT_GT(kept.Value(kBytes), 500);
  EXPECT_LT(kept.Value(kBytes), 4000);
  const Samples none(without->Metrics());
  EXPECT_EQ(none.Value(kHits), 0);
  EXPECT_EQ(none.Value(kEntries), 0);
  EXPECT_EQ(none.Value(kBytes), 0);
}

// Of a reload the cache knows nothing: the new trust store vouches anew.
TEST(VerificationCacheFlag, ACaThatIsNoLongerTrustedIsNotBelievedFromTheCache) {
  const Site site;
  const auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {BuildOcspResponse(site.Good())}});
  ASSERT_TRUE(server) << server.error();
  const auto exporter =
      Exporter::Start(ModuleTrusting(site.CaFile()),
                      {"--web.enable-lifecycle", "--probe.verification-cache-bytes=1000000"});
  ASSERT_TRUE(exporter) << exporter.error();
  const ProbeQuery query{.target = (*server)->Target()};
  EXPECT_EQ(Samples((*exporter)->Probe(query).body).Value("probe_success"), 1);
  EXPECT_EQ(Samples((*exporter)->Probe(query).body).Value("probe_success"), 1);

  const std::string stranger = site.directory().Write("stranger.pem", site.pki.stranger_root.Pem());
  (*exporter)->WriteConfiguration(ModuleTrusting(stranger));
  EXPECT_EQ((*exporter)->Send({.path = "/-/reload", .method = "POST"}).status, 200);
  const HttpResponse page = (*exporter)->Probe(query);
  EXPECT_EQ(FailureOf(Samples(page.body)), "judge/chain_invalid") << page.body;
}

}  // namespace
}  // namespace stapling::testing
