// exporter/REFERENCE.md says what the program's tables say, and names no metric that is not there.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "core/crl/crl_verdict.h"
#include "core/failure.h"
#include "core/ocsp/verdict.h"
#include "core/tls/chain_error.h"
#include "exporter/cause.h"
#include "exporter/probe_metric_table.h"
#include "exporter/self_metrics.h"

namespace stapling::exporter {
namespace {

std::string Reference() {
  std::ifstream file(STAPLING_REFERENCE);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Row(std::string_view label, std::string_view sentence) {
  return "| `" + std::string(label) + "` | " + std::string(sentence) + " |";
}

class ReferenceTest : public ::testing::Test {
 protected:
  void ExpectRow(const std::string& row) const {
    EXPECT_NE(text_.find("\n" + row), std::string::npos) << row;
  }
  const std::string text_ = Reference();
};

TEST_F(ReferenceTest, HasEveryMetric) {
  for (const ProbeMetricInfo& metric : ProbeMetricTable()) ExpectRow(Row(metric.name, metric.help));
}

// A cell that has nothing to say is `|` after `|`.
std::string Row(std::string_view label, std::string_view sentence, std::string_view remedy) {
  return Row(label, sentence) + (remedy.empty() ? "" : " " + std::string(remedy)) + " |";
}

TEST_F(ReferenceTest, HasEveryVerdictWithItsRemedy) {
  for (const VerdictInfo& verdict : Verdicts()) {
    ExpectRow(Row(verdict.label, verdict.sentence, verdict.remedy));
  }
  for (const CrlVerdictInfo& verdict : CrlVerdicts()) {
    ExpectRow(Row(verdict.label, verdict.sentence, verdict.remedy));
  }
}

// The last cell, what the metrics show, is the reference's own. A verdict has the words of a cause.
TEST_F(ReferenceTest, HasEveryCauseAndWhatTheMetricsShow) {
  const std::size_t table = text_.find("\n| cause |");
  ASSERT_NE(table, std::string::npos);
  for (const CauseInfo& cause : Causes()) {
    const std::string row = "\n" + Row(cause.label, cause.sentence, cause.remedy);
    const std::size_t found = text_.find(row, table);
    ASSERT_NE(found, std::string::npos) << row;
    const std::size_t rest = found + row.size();
    const std::string shown = text_.substr(rest, text_.find('\n', rest) - rest);
    EXPECT_NE(shown.find("`ocsp_"), std::string::npos) << cause.label << ":" << shown;
  }
}

TEST_F(ReferenceTest, HasTheExportersOwnMetricsOfTheCrossCheck) {
  SelfMetrics metrics;
  metrics.SetAnswerCacheStats([] { return AnswerCacheStats{}; });
  const std::string page = metrics.Text();
  const std::regex type("# TYPE (ocsp_stapling_exporter_cross_check_[a-z_]+) ");
  std::set<std::string> names;
  for (std::sregex_iterator found(page.begin(), page.end(), type), end; found != end; ++found) {
    names.insert((*found)[1].str());
  }
  EXPECT_EQ(names.size(), 6U);
  for (const std::string& name : names) {
    EXPECT_NE(text_.find("\n| `" + name), std::string::npos) << name;
  }
}

TEST_F(ReferenceTest, HasEveryCheckPhaseReasonAndChainError) {
  for (const CheckInfo& check : Checks()) ExpectRow(Row(check.label, check.sentence));
  for (const PhaseInfo& phase : Phases()) ExpectRow(Row(phase.label, phase.sentence));
  for (const ReasonInfo& reason : Reasons()) {
    ExpectRow(Row(reason.label, reason.sentence) + " " + std::string(reason.remedy) + " |");
  }
  for (const ChainErrorInfo& error : ChainErrors()) ExpectRow(Row(error.label, error.sentence));
}

TEST_F(ReferenceTest, NamesNoMetricThatIsNotThere) {
  std::set<std::string> known;
  for (const ProbeMetricInfo& metric : ProbeMetricTable()) known.emplace(metric.name);
  const std::regex name(
      "`((probe|ocsp_staple|ocsp_certificate|ocsp_responder|ocsp_crl|ocsp_revocation)_[a-z0-9_]+)[ "
      "`{]");
  for (std::sregex_iterator found(text_.begin(), text_.end(), name), end; found != end; ++found) {
    EXPECT_TRUE(known.contains((*found)[1].str())) << (*found)[1].str();
  }
}

}  // namespace
}  // namespace stapling::exporter
