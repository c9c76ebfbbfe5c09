// Client: a raw HTTP connection for tests of the server. It sends whatever bytes it is given, keeps
// the connection, and reads one reply at a time; every wait is bounded by ten seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/net/file_descriptor.h"

namespace stapling::testing {

struct Reply {
  int status = 0;
  std::multimap<std::string, std::string> headers = {};  // names in lower case
  std::string body = {};

  // Of equals, the first; empty when absent.
  [[nodiscard]] std::string Header(const std::string& lower_case_name) const;
};

class Client {
 public:
  // `receive_buffer` 0: the system's. Check connected().
  explicit Client(std::uint16_t port, int receive_buffer = 0);

  [[nodiscard]] bool connected() const { return connected_; }
  // False when the server has closed the connection.
  [[nodiscard]] bool Send(std::string_view bytes) const;
  // "GET path HTTP/1.1" with a Host header, and these header lines, each ending in CR LF.
  [[nodiscard]] bool SendGet(std::string_view path, std::string_view header_lines = "") const;
  // nullopt: closed or ten seconds over before the reply was complete. `to_head`: it has no body.
  [[nodiscard]] std::optional<Reply> Receive(bool to_head = false);
  [[nodiscard]] std::optional<Reply> Get(std::string_view path);
  // Whether the server closes (or resets) before ten seconds are over, sending nothing more.
  [[nodiscard]] bool Closed();
  void ShutdownWrite() const;
  void Reset();  // vanishes with RST

 private:
  bool Fill();

  FileDescriptor socket_;
  bool connected_ = false;
  std::string received_;
};

}  // namespace stapling::testing
