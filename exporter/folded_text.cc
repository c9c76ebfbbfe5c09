#include "exporter/folded_text.h"

#include <cstddef>
#include <cstdint>

namespace stapling::exporter {
namespace {

constexpr std::size_t kWidth = 200;
constexpr std::string_view kGoesOn = "\n    ";

bool ContinuesCharacter(char octet) { return (static_cast<std::uint8_t>(octet) & 0xC0U) == 0x80; }

std::string FoldedLine(std::string_view line) {
  std::string folded;
  while (line.size() > kWidth) {
    std::size_t length = kWidth;
    while (length > 1 && ContinuesCharacter(line[length])) --length;
    folded.append(line.substr(0, length)).append(kGoesOn);
    line.remove_prefix(length);
  }
  return folded.append(line);
}

}  // namespace

std::string FoldedText(std::string_view text) {
  std::string folded;
  for (;;) {
    const std::size_t end = text.find('\n');
    folded += FoldedLine(text.substr(0, end));
    if (end == std::string_view::npos) return folded;
    folded += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace stapling::exporter
