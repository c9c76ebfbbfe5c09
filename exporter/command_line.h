// One command's flags: CLI11 with strict values, help that names defaults, and errors as one
// sentence.
//
// A value is handed to a function as text; what that function returns as an error completes the
// sentence. A flag may be given once, unless it is repeatable.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"

namespace stapling::exporter {

struct FlagInfo {
  std::string name;        // --config.file
  std::string value = {};  // what the help calls its value: FILE; empty: a switch
  std::string description = {};
  std::string default_text = {};
  bool repeatable = false;
  bool required = false;
};

class CommandLine {
 public:
  using Read = std::function<std::optional<Error>(const std::string& value)>;

  // `usage` and `footer` are printed before and after the flags.
  CommandLine(std::string usage, std::string footer);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  // The flags that follow are shown under this heading.
  void Group(const std::string& heading);
  void Add(const FlagInfo& flag, Read read);
  void AddSwitch(const FlagInfo& flag, bool& target);
  // Everything that is not a flag. Without this, such arguments are errors.
  void AddArguments(const FlagInfo& argument, std::vector<std::string>& target);

  // --help and --version count whatever else is there or missing.
  enum class Outcome { kParsed, kHelp, kVersion };
  // Once, after all flags were added. The error is one sentence.
  Result<Outcome> Parse(const std::vector<std::string>& arguments);

  [[nodiscard]] std::string Help() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stapling::exporter
