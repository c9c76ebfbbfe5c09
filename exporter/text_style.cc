#include "exporter/text_style.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace stapling::exporter {
namespace {

std::string_view Code(Colour colour) {
  switch (colour) {
    case Colour::kGood:
      return "\x1b[32m";
    case Colour::kWarning:
      return "\x1b[33m";
    case Colour::kBad:
      return "\x1b[31m";
  }
  return "";
}

}  // namespace

TextStyle StyleFor(const std::ostream& out) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool unwanted = no_color != nullptr && *no_color != '\0';
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return {.colour = &out == &std::cout && !unwanted && !dumb && isatty(STDOUT_FILENO) == 1};
}

std::string Coloured(std::string_view text, Colour colour, TextStyle style) {
  if (!style.colour) return std::string(text);
  return std::string(Code(colour)) + std::string(text) + "\x1b[0m";
}

Colour ColourOf(ExitStatus status) {
  if (status == ExitStatus::kGood) return Colour::kGood;
  return status == ExitStatus::kWarning ? Colour::kWarning : Colour::kBad;
}

std::string_view StatusWord(ExitStatus status) {
  if (status == ExitStatus::kGood) return "OK";
  return status == ExitStatus::kWarning ? "WARNING" : "CRITICAL";
}

}  // namespace stapling::exporter
