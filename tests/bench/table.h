// The table of figures: one line each, printed as soon as it is known.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/statistics.h"

namespace stapling::bench {

class Table {
 public:
  // A heading, and the names of the columns.
  void Section(const std::string& title);

  // Median, least and greatest of the values, and how many they are.
  void Add(const std::string& figure, const std::vector<double>& values, const std::string& unit);

  // A remark between the lines.
  void Note(const std::string& sentence);
};

// The unit of a figure that is one quantity divided by another of its kind.
inline constexpr const char* kTimes = "x";

}  // namespace stapling::bench
