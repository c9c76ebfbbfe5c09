#include "tests/core/ocsp/divergence.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/core/ocsp/gnutls_divergence.h"
#include "tests/core/ocsp/openssl_divergence.h"

namespace stapling::testing {
namespace {

const ThirdParty* const kThirdParties[] = {&GnutlsOfCaptured(), &GnutlsAfterHandshake(),
                                           &OpensslProgram()};

void ExpectKnown(const ThirdParty& party, const std::string& fixture, const JudgeCase& of,
                 Verdict verdict) {
  const ThirdPartyAnswer answer = party.ask(of);
  const std::string agreeing = party.agreeing(verdict);
  const auto row = party.divergences.find(fixture);
  if (row == party.divergences.end()) {
    EXPECT_EQ(answer.word, agreeing)
        << party.name << " differs and no row says so: " << answer.said;
    return;
  }
  EXPECT_EQ(answer.word, row->second.answer)
      << party.name << " does not answer as its row says: " << answer.said;
  EXPECT_NE(answer.word, agreeing) << party.name << " has a row because " << row->second.cause
                                   << ", but agrees: " << answer.said;
}

// Every fixture of the judge's tables, such as Form/good.
std::set<std::string> Fixtures() {
  std::set<std::string> fixtures;
  const auto& tests = *::testing::UnitTest::GetInstance();
  for (int i = 0; i < tests.total_test_suite_count(); ++i) {
    const ::testing::TestSuite& suite = *tests.GetTestSuite(i);
    const std::string suite_name = suite.name();
    for (int j = 0; j < suite.total_test_count(); ++j) {
      const std::string test = suite.GetTestInfo(j)->name();
      if (!test.starts_with("GivesTheVerdict/")) continue;
      fixtures.insert(suite_name.substr(0, suite_name.find('/')) + test.substr(test.find('/')));
    }
  }
  return fixtures;
}

// A row of a fixture that was renamed or removed would never be held to.
TEST(JudgeDivergences, AreOfFixturesThatExist) {
  const std::set<std::string> fixtures = Fixtures();
  for (const ThirdParty* party : kThirdParties) {
    for (const auto& [fixture, divergence] : party->divergences) {
      EXPECT_TRUE(fixtures.contains(fixture)) << party->name << ": " << fixture;
    }
  }
}

}  // namespace

void ExpectKnownDivergences(const std::string& fixture, const JudgeCase& of,
                            const Judgement& judged) {
  for (const ThirdParty* party : kThirdParties) ExpectKnown(*party, fixture, of, judged.verdict);
}

}  // namespace stapling::testing
