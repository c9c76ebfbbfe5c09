// A response with a hundred thousand answers, judged directly: what it costs grows with their
// number and no faster.
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>

#include "core/ocsp/judge.h"
#include "tests/integration/odd_case.h"
#include "tests/support/sanitizer.h"

namespace stapling::testing {
namespace {

using Seconds = std::chrono::duration<double>;

// So many answers, the last of which is about the leaf; the others, too, or about serial 1.
Bytes ManyAnswers(const Site& site, std::size_t count, bool all_about_the_leaf) {
  OcspResponseSpec spec = site.Good();
  const SingleResponseSpec own = spec.responses.front();
  SingleResponseSpec other = own;
  if (!all_about_the_leaf) other.serial = Bytes{1};
  // Hashed once, not for every one of them.
  other.issuer_name_hash = Digest("SHA1", site.pki.intermediate.SubjectDer());
  other.issuer_key_hash = Digest("SHA1", site.pki.intermediate.PublicKeyContent());
  spec.responses.assign(count - 1, other);
  spec.responses.push_back(own);
  return BuildOcspResponse(spec);
}

Seconds TimeToJudge(const Site& site, std::size_t count, bool all_about_the_leaf) {
  const Bytes response = ManyAnswers(site, count, all_about_the_leaf);
  const auto start = std::chrono::steady_clock::now();
  const Judgement judgement = Judge({.response = response,
                                     .certificate = site.leaf.x509(),
                                     .issuer = site.pki.intermediate.x509(),
                                     .now = site.now,
                                     .policy = {}});
  const Seconds took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(judgement.verdict, Verdict::kGood);
  std::cout << count << (all_about_the_leaf ? " answers about the leaf: " : " answers: ")
            << response.size() / 1000 << " kB judged in " << took.count() << " s\n";
  return took;
}

TEST(ManyAnswers, CostNoMoreThanTheirNumber) {
  const Site site;
  constexpr std::size_t kMost = kSanitized ? 20000 : 100000;
  for (const bool all_about_the_leaf : {false, true}) {
    const Seconds tenth = TimeToJudge(site, kMost / 10, all_about_the_leaf);
    const Seconds all =
        TimeToJudge(site, all_about_the_leaf ? kMost / 2 : kMost, all_about_the_leaf);
    // Ten times as many; five more for a machine that was busy with something else.
    EXPECT_LT(all, 50 * tenth + Seconds(0.5));
  }
}

}  // namespace
}  // namespace stapling::testing
