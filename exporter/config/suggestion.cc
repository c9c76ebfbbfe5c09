#include "exporter/config/suggestion.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace stapling::exporter {
namespace {

constexpr std::size_t kMaxSlips = 2;
constexpr std::size_t kMaxLength = 64;  // the comparison is quadratic

// Optimal string alignment distance, three rows at a time.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t other = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + other});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

}  // namespace

std::string Suggestion(std::string_view word, std::span<const std::string_view> known) {
  if (word.size() > kMaxLength) return {};
  std::size_t best_distance = kMaxSlips + 1;
  std::string_view best;
  for (const std::string_view candidate : known) {
    const std::size_t distance = Distance(word, candidate);
    // Two slips turn any word of two letters into any other.
    if (distance < best_distance && distance < candidate.size()) {
      best_distance = distance;
      best = candidate;
    }
  }
  if (best.empty()) return {};
  return "; did you mean \"" + std::string(best) + "\"?";
}

}  // namespace stapling::exporter
