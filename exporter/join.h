// Words as one text, with a separator between them.
#pragma once

#include <string>
#include <vector>

namespace stapling::exporter {

inline std::string Join(const std::vector<std::string>& words, const char* separator) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : separator) + word;
  return list;
}

}  // namespace stapling::exporter
