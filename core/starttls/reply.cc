#include "core/starttls/reply.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace stapling {
namespace {

std::optional<int> CodeOf(std::string_view line) {
  const auto digits = line.substr(0, 3);
  const bool three = digits.size() == 3 && std::ranges::all_of(digits, [](unsigned char c) {
                       return std::isdigit(c) != 0;
                     });
  if (!three || (line.size() > 3 && line[3] != ' ' && line[3] != '-')) return std::nullopt;
  int code = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), code);
  return code;
}

}  // namespace

std::optional<Reply> ReadReply(Conversation& peer) {
  Reply reply{};
  while (auto line = peer.ReadLine()) {
    const auto code = CodeOf(*line);
    // FTP's inner lines need no code; the first one of any reply does.
    if (!code && reply.lines.empty()) {
      peer.Fail(Reason::kProtocolError, *line);
      return std::nullopt;
    }
    if (reply.lines.empty()) reply.code = *code;
    const bool last = code == reply.code && (line->size() == 3 || (*line)[3] == ' ');
    reply.lines.push_back(std::move(*line));
    if (last) return reply;
  }
  return std::nullopt;
}

}  // namespace stapling
