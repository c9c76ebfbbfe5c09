// A real Prometheus with a configuration of the test's, and its answers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {

// One series of an instant query.
struct Series {
  std::map<std::string, std::string> labels;
  std::string value;
};

class PrometheusServer {
 public:
  // Null, and the test fails, if it is not ready within thirty seconds.
  static std::unique_ptr<PrometheusServer> Start(const std::string& configuration);

  // Empty while there is no answer.
  [[nodiscard]] std::vector<Series> Query(const std::string& expression) const;

 private:
  PrometheusServer() = default;

  TempDir directory_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Process> process_;
};

}  // namespace stapling::testing
