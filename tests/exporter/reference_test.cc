// exporter/REFERENCE.md says what the program's tables say, and names no metric that is not there.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "core/failure.h"
#include "core/ocsp/verdict.h"
#include "core/tls/chain_error.h"
#include "exporter/probe_metric_table.h"

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

TEST_F(ReferenceTest, HasEveryVerdictWithItsRemedy) {
  for (const VerdictInfo& verdict : Verdicts()) {
    const std::string remedy(verdict.remedy);
    ExpectRow(Row(verdict.label, verdict.sentence) + (remedy.empty() ? "" : " " + remedy + " |"));
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
  const std::regex name("`((probe|ocsp_staple|ocsp_certificate)_[a-z0-9_]+)`");
  for (std::sregex_iterator found(text_.begin(), text_.end(), name), end; found != end; ++found) {
    EXPECT_TRUE(known.contains((*found)[1].str())) << (*found)[1].str();
  }
}

}  // namespace
}  // namespace stapling::exporter
