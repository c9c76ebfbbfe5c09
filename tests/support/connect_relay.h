// An HTTP proxy (CONNECT, RFC 9110 section 9.3.6) on loopback that leads to one port, whatever it
// was asked for, and records what that was.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/connection_pool.h"

namespace stapling::testing {

class ConnectRelay {
 public:
  explicit ConnectRelay(std::uint16_t upstream);

  [[nodiscard]] std::uint16_t port() const { return pool_.port(); }
  // The request lines, in the order in which they came.
  [[nodiscard]] std::vector<std::string> Asked() const;

 private:
  void Serve(const Socket& client);

  const std::uint16_t upstream_;
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  ConnectionPool pool_;  // last: it uses all of the above
};

}  // namespace stapling::testing
