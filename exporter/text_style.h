// How text for a person is dressed: colour on a terminal, none in a file or a pipe.
#pragma once

#include <iosfwd>

namespace stapling::exporter {

struct TextStyle {
  bool colour = false;
};

// Colour only if `out` is standard output, that is a terminal, and NO_COLOR is unset or empty
// (https://no-color.org).
TextStyle StyleFor(const std::ostream& out);

}  // namespace stapling::exporter
