#include "tests/bench/table.h"

#include <array>
#include <cstdio>

namespace stapling::bench {
namespace {

std::string Text(double value) {
  std::array<char, 32> text{};
  const char* format = value >= 1000  ? "%.0f"
                       : value >= 100 ? "%.1f"
                       : value >= 10  ? "%.2f"
                                      : "%.3f";
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

}  // namespace

void Table::Section(const std::string& title) {
  std::printf("\n%s\n%-72s %9s %9s %9s %4s\n", title.c_str(), "", "median", "min", "max", "n");
  std::fflush(stdout);
}

void Table::Add(const std::string& figure, const std::vector<double>& values,
                const std::string& unit) {
  const Spread spread = SpreadOf(values);
  if (spread.count == 0) return;
  std::printf("%-72s %9s %9s %9s %4zu %s\n", figure.c_str(), Text(spread.median).c_str(),
              Text(spread.min).c_str(), Text(spread.max).c_str(), spread.count, unit.c_str());
  std::fflush(stdout);
}

void Table::Note(const std::string& sentence) {
  std::printf("  %s\n", sentence.c_str());
  std::fflush(stdout);
}

}  // namespace stapling::bench
