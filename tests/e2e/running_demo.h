// The demo as a newcomer has it: the programs demo_fleet and ocsp_stapling_exporter, running, on
// ports that the system chose.
//
// The test fails, and Get() is null, if they do not start within ten seconds.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {

class RunningDemo {
 public:
  static std::unique_ptr<RunningDemo> Start();

  [[nodiscard]] const TempDir& directory() const { return directory_; }
  [[nodiscard]] const std::string& exporter() const { return exporter_; }  // "127.0.0.1:6960"
  [[nodiscard]] std::uint16_t exporter_port() const;
  // In the order of demo::DemoServers().
  [[nodiscard]] const std::vector<std::string>& addresses() const { return addresses_; }
  // Of the server with this name in the table.
  [[nodiscard]] std::string AddressOf(std::string_view name) const;

 private:
  RunningDemo() = default;
  bool StartFleet();
  bool StartExporter();

  TempDir directory_;
  std::unique_ptr<Process> fleet_;
  std::unique_ptr<Process> exporter_process_;
  std::string exporter_;
  std::vector<std::string> addresses_;
};

}  // namespace stapling::testing
