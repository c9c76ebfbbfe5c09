// The service manager's end of sd_notify(3): a datagram socket that keeps what a service says.
//
// Not safe from several threads.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "tests/support/socket.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {

class NotifySocket {
 public:
  NotifySocket();

  // For $NOTIFY_SOCKET.
  [[nodiscard]] std::string Path() const { return directory_.Path("notify"); }

  // The next message; nothing when none comes in time.
  std::optional<std::string> Next(
      std::chrono::milliseconds timeout = std::chrono::seconds(10)) const;

  // The next message that starts with `text`; others before it are lost. Empty: none came in time.
  std::string NextThatStartsWith(const std::string& text) const;

 private:
  TempDir directory_;
  Socket socket_;
};

}  // namespace stapling::testing
