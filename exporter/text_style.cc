#include "exporter/text_style.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace stapling::exporter {

TextStyle StyleFor(const std::ostream& out) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool unwanted = no_color != nullptr && *no_color != '\0';
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return {.colour = &out == &std::cout && !unwanted && !dumb && isatty(STDOUT_FILENO) == 1};
}

}  // namespace stapling::exporter
