// A real Alertmanager with a configuration of the test's, which tells which alerts it would send.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {

using AlertLabels = std::map<std::string, std::string>;

class AlertmanagerServer {
 public:
  // Null, and the test fails, if it is not ready within thirty seconds.
  static std::unique_ptr<AlertmanagerServer> Start(const std::string& configuration);

  // As Prometheus does, with these alerts firing from now on. The test fails if they are refused.
  void Fire(const std::vector<AlertLabels>& alerts) const;

  // Those that it knows: all of them, or those alone that no other one inhibits.
  [[nodiscard]] std::vector<AlertLabels> Alerts(bool with_inhibited) const;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  AlertmanagerServer() = default;

  TempDir directory_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Process> process_;
};

}  // namespace stapling::testing
