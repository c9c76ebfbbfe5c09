// The fleet at work: every server of the table listening on loopback, and the CA's own answers.
//
// Staples are made for each connection with the clock of that moment, so the fleet shows the same
// verdicts for as long as its certificates live (sixty days). It remembers nothing of a connection,
// and a client that says nothing for thirty seconds is cut off. Threads end with the object.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "deploy/demo/demo_pki.h"
#include "deploy/demo/fleet.h"
#include "deploy/demo/revocation_service.h"
#include "tests/support/connection_pool.h"

namespace stapling::demo {

class RunningFleet {
 public:
  // On base_port and the ports after it; 0: on any free ones. The error names the server and the
  // port.
  static Result<std::unique_ptr<RunningFleet>> Start(std::uint16_t base_port);

  [[nodiscard]] const DemoPki& pki() const { return pki_; }
  // "127.0.0.1:16961", in the order of DemoServers().
  [[nodiscard]] std::vector<std::string> Addresses() const;

 private:
  explicit RunningFleet(std::unique_ptr<RevocationService> revocation);

  const std::unique_ptr<RevocationService> revocation_;
  const DemoPki pki_;
  std::vector<std::unique_ptr<testing::ConnectionPool>> servers_;
};

}  // namespace stapling::demo
