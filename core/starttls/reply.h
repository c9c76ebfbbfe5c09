// The reply of SMTP, LMTP, FTP and NNTP: a three-digit code, over several lines where a hyphen
// follows it (RFC 5321 section 4.2.1, RFC 959 section 4.2).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/net/conversation.h"

namespace stapling {

struct Reply {
  int code;                        // of the last line
  std::vector<std::string> lines;  // as they came, codes included

  [[nodiscard]] const std::string& last() const { return lines.back(); }
};

// None: the conversation failed, with protocol_error where it was no reply.
std::optional<Reply> ReadReply(Conversation& peer);

}  // namespace stapling
