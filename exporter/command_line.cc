#include "exporter/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>
#include <utility>

#include "exporter/config/suggestion.h"
#include "exporter/escape.h"

namespace stapling::exporter {
namespace {

class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(std::string usage) : usage_(std::move(usage)) {
    column_width(37);
    label("Options", "Other");
  }

  std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
    return usage_;
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string value = option->get_type_name();
    return value.empty() ? value : " " + value;
  }
  // Arguments are part of the usage.
  std::string make_positionals(const CLI::App* /*app*/) const override { return {}; }

 private:
  std::string usage_;
};

std::string HelpOf(const FlagInfo& flag) {
  std::string text = flag.description;
  if (!flag.default_text.empty()) text += " (default: " + flag.default_text + ")";
  if (flag.repeatable) text += "; may be repeated";
  if (flag.required) text += "; required";
  return text;
}

// What CLI11 says, as sentences of ours. Our own pass through.
std::string SentenceOf(const CLI::ParseError& error) {
  std::string what = error.what();
  if (error.get_name() == "ArgumentMismatch") {
    const std::string name = what.substr(0, what.find(':'));
    const bool repeated = what.find("received") != std::string::npos;
    return name + (repeated ? " was given more than once" : " needs a value");
  }
  if (error.get_name() == "ConversionError") {
    return Quote(what.substr(what.rfind(' ') + 1)) +
           " is neither true nor false: a switch takes no other value";
  }
  if (error.get_name() == "RequiredError") return what.substr(0, what.find(' ')) + " is required";
  return what;
}

}  // namespace

class CommandLine::Impl {
 public:
  Impl(std::string usage, std::string footer) {
    app.formatter(std::make_shared<HelpFormatter>(std::move(usage)));
    app.footer(std::move(footer));
    app.set_help_flag();
    // They are reported by Parse, which can say more about them.
    app.allow_extras();
  }

  // Also where a later flag spoils the parsing.
  [[nodiscard]] std::optional<Error> ErrorOfExtras(
      const std::vector<std::string>& arguments) const {
    const std::vector<std::string> extras = app.remaining();
    for (const std::string& argument : arguments) {
      if (std::find(extras.begin(), extras.end(), argument) == extras.end()) continue;
      if (!argument.starts_with('-')) return Error{"unexpected argument " + Quote(argument)};
      const std::string name = argument.substr(0, argument.find('='));
      return Error{"unknown flag " + Quote(name) + SuggestionFor(name)};
    }
    return std::nullopt;
  }

  CLI::App app;
  std::string group = "Flags";

 private:
  [[nodiscard]] std::string SuggestionFor(const std::string& name) const {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& long_name : option->get_lnames()) names.push_back("--" + long_name);
    }
    const std::vector<std::string_view> known(names.begin(), names.end());
    return Suggestion(name, known);
  }
};

CommandLine::CommandLine(std::string usage, std::string footer)
    : impl_(std::make_unique<Impl>(std::move(usage), std::move(footer))) {}
CommandLine::~CommandLine() = default;

void CommandLine::Group(const std::string& heading) { impl_->group = heading; }

void CommandLine::Add(const FlagInfo& flag, Read read) {
  const auto read_all = [name = flag.name,
                         read = std::move(read)](const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      if (const auto error = read(value)) {
        throw CLI::ValidationError(name + " " + error->sentence);
      }
    }
  };
  CLI::Option* option =
      impl_->app.add_option_function<std::vector<std::string>>(flag.name, read_all, HelpOf(flag))
          ->type_name(flag.value)
          ->allow_extra_args(false)
          ->required(flag.required)
          ->group(impl_->group);
  if (!flag.repeatable) option->expected(1);
}

void CommandLine::AddSwitch(const FlagInfo& flag, bool& target) {
  impl_->app.add_flag(flag.name, target, HelpOf(flag))->group(impl_->group);
}

void CommandLine::AddArguments(const FlagInfo& argument, std::vector<std::string>& target) {
  impl_->app.add_option(argument.name, target, argument.description)->type_name(argument.value);
}

Result<CommandLine::Outcome> CommandLine::Parse(const std::vector<std::string>& arguments) {
  // CLI11 takes its arguments from the back, and an empty value only when it stands alone.
  std::vector<std::string> reversed;
  for (const std::string& argument : arguments) {
    const bool empty_value =
        argument.starts_with("--") && argument.find('=') + 1 == argument.size();
    reversed.push_back(empty_value ? argument.substr(0, argument.size() - 1) : argument);
    if (empty_value) reversed.emplace_back();
  }
  std::reverse(reversed.begin(), reversed.end());
  impl_->app.set_version_flag("--version", "", "Print the version and exit")->group("Other");
  impl_->app.set_help_flag("-h,--help", "Print this and exit")->group("Other");
  try {
    impl_->app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    return Outcome::kHelp;
  } catch (const CLI::CallForVersion&) {
    return Outcome::kVersion;
  } catch (const CLI::ParseError& error) {
    if (auto extras = impl_->ErrorOfExtras(arguments)) return *extras;
    return Error{SentenceOf(error)};
  }
  if (auto extras = impl_->ErrorOfExtras(arguments)) return *extras;
  return Outcome::kParsed;
}

std::string CommandLine::Help() const {
  std::string help = impl_->app.help();
  // CLI11 leaves two empty lines between groups.
  for (std::size_t at = 0; (at = help.find("\n\n\n", at)) != std::string::npos;) help.erase(at, 1);
  return help;
}

}  // namespace stapling::exporter
