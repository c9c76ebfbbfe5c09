// How text for a person is dressed: colour on a terminal, none in a file or a pipe.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include "exporter/exit_status.h"

namespace stapling::exporter {

struct TextStyle {
  bool colour = false;
};

// Colour only if `out` is standard output, that is a terminal, and NO_COLOR is unset or empty
// (https://no-color.org).
TextStyle StyleFor(const std::ostream& out);

enum class Colour : std::uint8_t { kGood, kWarning, kBad };

// The text as it is if the style has no colour.
std::string Coloured(std::string_view text, Colour colour, TextStyle style);

Colour ColourOf(ExitStatus status);

// OK, WARNING, CRITICAL; for bad usage, too, CRITICAL.
std::string_view StatusWord(ExitStatus status);

}  // namespace stapling::exporter
