// exporter/REFERENCE.md says what the program's tables say, and names no metric that is not there.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/crl/crl_verdict.h"
#include "core/failure.h"
#include "core/ocsp/verdict.h"
#include "core/tls/chain_error.h"
#include "exporter/cause.h"
#include "exporter/config/configuration.h"
#include "exporter/probe_metric_table.h"
#include "tests/exporter/metrics_page.h"

namespace stapling::exporter {
namespace {

std::string Reference() {
  std::ifstream file(STAPLING_SOURCE_DIRECTORY "/exporter/REFERENCE.md");
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

TEST_F(ReferenceTest, HasEveryMetricOfTheExporterItself) {
  const std::string page = MetricsPage();
  const std::regex help("# HELP (ocsp_stapling_exporter_[a-z_]+) (.*)");
  std::size_t count = 0;
  for (std::sregex_iterator found(page.begin(), page.end(), help), end; found != end; ++found) {
    ExpectRow(Row((*found)[1].str(), (*found)[2].str()));
    ++count;
  }
  const std::regex row("\\n\\| `ocsp_stapling_exporter_[a-z_]+` \\|");
  EXPECT_EQ(std::distance(std::sregex_iterator(text_.begin(), text_.end(), row), {}), count);
}

// The keys of one module as printed, "staple.require" for the nested ones, with their values.
std::vector<std::pair<std::string, std::string>> KeysOfAModule(const std::string& yaml) {
  std::vector<std::pair<std::string, std::string>> keys;
  std::istringstream lines(yaml);
  const std::regex line_of_module("( {4}| {6})([a-z_0-9]+):(?: (.*))?");
  std::string section;
  for (std::string line; std::getline(lines, line) && line != "  staple_required:";) {
    std::smatch match;
    if (!std::regex_match(line, match, line_of_module)) continue;
    const bool nested = match[1].length() == 6;
    if (!nested) section = match[2].str() + ".";
    if (match[3].matched) keys.emplace_back((nested ? section : "") + match[2].str(), match[3]);
  }
  return keys;
}

TEST_F(ReferenceTest, HasEveryKeyOfAModuleWithItsDefault) {
  const auto keys = KeysOfAModule(PrintYaml(BuiltInConfiguration()));
  const std::size_t table = text_.find("\n| key of a module |");
  ASSERT_NE(table, std::string::npos);
  std::size_t rows = 0;
  for (std::size_t at = text_.find("\n| `", table); at < text_.find("\n\n", table);
       at = text_.find("\n| `", at + 1)) {
    ++rows;
  }
  EXPECT_EQ(rows, keys.size());
  EXPECT_GT(rows, 30U);
  for (const auto& [key, value] : keys) ExpectRow(Row(key, "`" + value + "`"));
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
