// Papers, rules and dashboards name no metric that the program does not have.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "exporter/probe_metric_table.h"
#include "tests/exporter/metrics_page.h"

namespace stapling::exporter {
namespace {

namespace fs = std::filesystem;

std::set<std::string> Metrics() {
  std::set<std::string> names;
  for (const ProbeMetricInfo& metric : ProbeMetricTable()) names.emplace(metric.name);
  const std::string page = MetricsPage();
  const std::regex line("(^|\n)([a-z_]+)");
  for (std::sregex_iterator found(page.begin(), page.end(), line), end; found != end; ++found) {
    names.insert((*found)[2].str());
  }
  return names;
}

// Words that look like a metric and are none of ours.
const std::set<std::string> kOtherWords = {
    "ocsp_stapling_exporter",     // the program, and the job of its own metrics
    "ocsp_stapling",              // the job of the probes
    "probe_failed_due_to_regex",  // blackbox_exporter's
    "probe_expect_info",
    "probe_http_",
    "probe_icmp_",
    "probe_grpc_",
};

bool IsKnown(const std::set<std::string>& metrics, const std::string& word) {
  if (kOtherWords.contains(word) || metrics.contains(word)) return true;
  return word.ends_with('_') && std::ranges::any_of(metrics, [&](const std::string& name) {
           return name.starts_with(word);
         });
}

bool IsTold(const fs::path& file) {
  const std::string name = file.string();
  return file.extension() == ".md" || name.ends_with(".rules.yml") ||
         name.find("/dashboards/") != std::string::npos;
}

std::vector<fs::path> Files() {
  const fs::path root = STAPLING_SOURCE_DIRECTORY;
  std::vector<fs::path> files = {root / "README.md", root / "SECURITY.md"};
  for (const char* directory : {"deploy", "grafana"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / directory)) {
      if (entry.is_regular_file() && IsTold(entry.path())) files.push_back(entry.path());
    }
  }
  return files;
}

// Without what a name is part of: a recorded series (a colon beside it), a file, an alert's group.
std::string WordsOf(const fs::path& file) {
  std::ifstream stream(file);
  std::string text;
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with("  - name: ")) text += line + "\n";
  }
  return std::regex_replace(text, std::regex("[a-z_]+:[a-z0-9_]+(:[a-z0-9_]+)?|`staple_[a-z_]+`"),
                            "");
}

TEST(MetricNames, ThatAreToldAreThere) {
  const std::set<std::string> metrics = Metrics();
  ASSERT_GT(metrics.size(), 80U);
  const auto files = Files();
  ASSERT_GT(files.size(), 5U);
  const std::regex name("\\b(probe|ocsp)_[a-z0-9_]+");
  for (const fs::path& file : files) {
    const std::string text = WordsOf(file);
    for (std::sregex_iterator found(text.begin(), text.end(), name), end; found != end; ++found) {
      EXPECT_TRUE(IsKnown(metrics, found->str())) << found->str() << " in " << file;
    }
  }
}

}  // namespace
}  // namespace stapling::exporter
