// What the caller of the suite chose.
#pragma once

#include <cstddef>
#include <set>
#include <string>

namespace stapling::bench {

enum class Length {
  kTiny,   // proves that everything runs; its figures say nothing
  kQuick,  // minutes
  kLong,
};

struct Settings {
  Length length = Length::kLong;
  std::set<std::string> only;   // names of sections; empty: all
  std::string exporter;         // the program under test
  std::string peers_directory;  // looked in before PATH; may be empty
};

// One of three by the length.
template <typename T>
T By(const Settings& settings, T tiny, T quick, T full) {
  switch (settings.length) {
    case Length::kTiny:
      return tiny;
    case Length::kQuick:
      return quick;
    case Length::kLong:
      break;
  }
  return full;
}

inline std::size_t Count(const Settings& settings, std::size_t tiny, std::size_t quick,
                         std::size_t full) {
  return By(settings, tiny, quick, full);
}

}  // namespace stapling::bench
