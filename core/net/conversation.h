// What is said before a ClientHello, with a proxy or in plain text with a server, under a deadline.
//
// Takes from the socket exactly what it returns: an octet after the peer's go-ahead stays there,
// where Pending() sees it. Everything that the peer sends together is bounded by kMaxConversation.
// What fails is remembered: after it every call fails likewise, and failure() says why. Of one
// probe and one thread; the socket stays the caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.h"
#include "core/failure.h"
#include "core/net/deadline.h"

namespace stapling {

inline constexpr std::size_t kMaxConversation = std::size_t{64} * 1024;

class Conversation {
 public:
  // `socket` is connected and non-blocking; `phase` is that of a failure.
  Conversation(int socket, Phase phase, Deadline deadline)
      : socket_(socket), phase_(phase), deadline_(deadline) {}
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  bool Send(std::string_view text);
  bool Send(BytesView bytes);

  // Up to and with the first `end`.
  std::optional<std::string> ReadUntil(char end);
  // The next line without its CR LF or LF.
  std::optional<std::string> ReadLine();
  std::optional<Bytes> ReadExactly(std::size_t size);

  // Whether the peer has sent more than was asked for.
  [[nodiscard]] bool Pending() const;

  // Remembers what the caller found wrong, unless something failed before. `detail` may be what
  // the peer said: it is cleaned and cut.
  void Fail(Reason reason, std::string_view detail);
  [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }

 private:
  // Looks at up to `size` octets without taking them; 0: failed.
  std::size_t Peek(char* into, std::size_t size);
  // Takes octets that were seen.
  void Take(std::size_t size);

  int socket_;
  Phase phase_;
  Deadline deadline_;
  std::size_t received_ = 0;
  std::optional<Failure> failure_;
};

}  // namespace stapling
