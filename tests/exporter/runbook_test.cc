// deploy/RUNBOOK.md has a section for each alert and each verdict, and says what the program says.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "core/ocsp/verdict.h"
#include "tests/exporter/alert_rules.h"

namespace stapling::exporter {
namespace {

using testing::AlertRule;
using testing::ReadAlertRules;

constexpr const char* kRunbook =
    "https://github.com/ocsp-stapling-exporter/ocsp_stapling_exporter/blob/main/deploy/RUNBOOK.md#";

// A section of the third level, within one of the second.
struct Section {
  std::string chapter;
  std::string title;  // without the marks of code
  std::string text;   // its lines as one, with one space between words
};

std::vector<Section> Sections() {
  std::ifstream file(STAPLING_SOURCE_DIRECTORY "/deploy/RUNBOOK.md");
  std::vector<Section> sections;
  std::string chapter;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) {
      chapter = line.substr(3);
    } else if (line.starts_with("### ")) {
      std::erase(line, '`');
      sections.push_back({.chapter = chapter, .title = line.substr(4), .text = ""});
    } else if (!sections.empty() && sections.back().chapter == chapter) {
      sections.back().text += line + " ";
    }
  }
  return sections;
}

std::vector<Section> SectionsOf(const std::string& chapter) {
  std::vector<Section> sections = Sections();
  std::erase_if(sections, [&](const Section& section) { return section.chapter != chapter; });
  return sections;
}

std::vector<std::string> TitlesOf(const std::string& chapter) {
  std::vector<std::string> titles;
  std::ranges::transform(SectionsOf(chapter), std::back_inserter(titles), &Section::title);
  return titles;
}

// As the sites that show Markdown make it of a heading of letters and underscores.
std::string Anchor(std::string title) {
  std::ranges::transform(title, title.begin(), [](unsigned char c) { return std::tolower(c); });
  return title;
}

TEST(Runbook, HasTheAlertsInTheirOrder) {
  std::vector<std::string> alerts;
  for (const AlertRule& alert : ReadAlertRules().alerts) {
    alerts.push_back(alert.name);
    EXPECT_EQ(alert.annotations.at("runbook_url"), kRunbook + Anchor(alert.name));
  }
  EXPECT_EQ(TitlesOf("Alerts"), alerts);
}

TEST(Runbook, SaysOfEachAlertWhatItIsAndWhatToDo) {
  const auto rules = ReadAlertRules().alerts;
  const std::vector<Section> sections = SectionsOf("Alerts");
  ASSERT_EQ(sections.size(), rules.size());
  for (std::size_t i = 0; i < sections.size(); ++i) {
    SCOPED_TRACE(rules[i].name);
    EXPECT_TRUE(sections[i].text.starts_with(" **" + rules[i].severity + "**")) << sections[i].text;
    for (const char* part :
         {"**Users:**", "**First look:**", "**Causes:**", "**Mend:**", "**Silence:**"}) {
      EXPECT_NE(sections[i].text.find(part), std::string::npos) << part;
    }
  }
}

TEST(Runbook, HasTheVerdictsWithTheProgramsOwnWords) {
  std::vector<std::string> labels;
  std::vector<Section> sections = SectionsOf("Verdicts");
  ASSERT_EQ(sections.size(), Verdicts().size());
  for (const VerdictInfo& verdict : Verdicts()) {
    const Section& section = sections[labels.size()];
    labels.emplace_back(verdict.label);
    EXPECT_EQ(section.title, verdict.label);
    EXPECT_TRUE(section.text.starts_with(" " + std::string(verdict.sentence) + " "))
        << verdict.label << ":" << section.text;
    const std::string step =
        verdict.remedy.empty() ? "" : "**Next step:** " + std::string(verdict.remedy) + " ";
    EXPECT_NE(section.text.find(step), std::string::npos) << step;
  }
}

// A heading that occurs twice has another anchor the second time.
TEST(Runbook, HasNoTwoSectionsOfOneName) {
  std::map<std::string, int> anchors;
  for (const Section& section : Sections()) {
    EXPECT_EQ(++anchors[Anchor(section.title)], 1) << section.title;
  }
}

}  // namespace
}  // namespace stapling::exporter
