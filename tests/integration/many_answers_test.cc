// A response with a hundred thousand answers, judged directly: what it costs grows with their
// number and no faster.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "core/ocsp/judge.h"
#include "tests/integration/odd_case.h"
#include "tests/support/process_usage.h"
#include "tests/support/sanitizer.h"

namespace stapling::testing {
namespace {

using Seconds = std::chrono::duration<double>;

// The least of some tries: caches that others emptied only ever add to it.
Seconds TimeToJudge(const Site& site, std::size_t count, const Bytes& serial) {
  constexpr int kTries = 2;
  const Bytes response = BuildOcspResponse(ManyAnswers(site, count, serial));
  Seconds least = Seconds::max();
  for (int i = 0; i < kTries; ++i) {
    Judgement judgement;
    const double seconds = SecondsOf([&] {
      judgement = Judge({.response = response,
                         .certificate = site.leaf.x509(),
                         .issuer = site.pki.intermediate.x509(),
                         .now = site.now,
                         .policy = {}});
    });
    least = std::min(least, Seconds(seconds));
    EXPECT_EQ(judgement.verdict, Verdict::kGood);
  }
  return least;
}

TEST(ManyAnswers, CostNoMoreThanTheirNumber) {
  const Site site;
  constexpr std::size_t kMost = kSanitized ? 20000 : 100000;
  const struct {
    const char* name;
    Bytes serial;
  } rows[] = {{"answers", {1}}, {"answers about the leaf", site.leaf.SerialContent()}};
  for (const auto& [name, serial] : rows) {
    const Seconds tenth = TimeToJudge(site, kMost / 10, serial);
    const Seconds all = TimeToJudge(site, kMost, serial);
    std::cout << "[counts] " << kMost << " " << name << ": judged in " << all.count()
              << " s, a tenth of them in " << tenth.count() << " s" << std::endl;
    // Ten times as many; twice that is far from their square.
    EXPECT_LT(all, 20 * tenth + Seconds(0.01)) << name;
  }
}

}  // namespace
}  // namespace stapling::testing
