// The list of targets that `check --targets` sweeps.
//
// One target to a line: TARGET [module=M] [hostname=N], the words parted by spaces or tabs. Empty
// lines are skipped, and so is everything from a word that begins with # on. Reads no
// configuration: whether a module exists is not decided here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/target.h"
#include "core/result.h"

namespace stapling::exporter {

struct ListedTarget {
  std::size_t line = 0;  // from 1
  Target target;
  std::string module;    // empty: not said
  std::string hostname;  // empty: not said

  // As listed, words parted by one space each.
  [[nodiscard]] std::string Text() const;
};

// `name` is what the errors call the list. At the first line that is wrong, one sentence with its
// number; a list without a target is an error, too.
Result<std::vector<ListedTarget>> ParseTargetList(std::string_view text, const std::string& name);

// The same of a file of up to 16 MiB; "-" is standard input.
Result<std::vector<ListedTarget>> ReadTargetList(const std::string& path);

// How errors name the list of this path.
std::string TargetListName(const std::string& path);

// An error about one line of the list.
Error TargetListError(const std::string& name, std::size_t line, const std::string& sentence);

}  // namespace stapling::exporter
