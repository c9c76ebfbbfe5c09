// Siege: an exporter under attack, and the books that are kept of it.
//
// What the process holds (descriptors, threads, memory) is noted when the siege begins. After each
// attack it must still run, answer /metrics and a probe of a healthy target promptly, and come back
// to the descriptors that it had. Threads may have grown by what its pools keep warm for a while,
// memory by a bound; both are measured at their height. The end prints one line of counts.
//
// Attacks run on the calling thread, one after the other. Failures are gtest's.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "tests/integration/exporter.h"
#include "tests/integration/site.h"
#include "tests/support/process_usage.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {

struct SiegeOptions {
  const char* name;
  // Of the exporter by whatever way it is served; what goes wrong is a response of status 0.
  std::function<HttpResponse(const std::string& path)> ask;
  std::string healthy;  // what a probe of has probe_success 1: "target=...&module=..."
  std::size_t more_threads = 48;
  std::size_t more_megabytes = 64;  // without sanitizers, which keep books of their own
};

class Siege {
 public:
  Siege(const Exporter& exporter, SiegeOptions options);
  ~Siege();
  Siege(const Siege&) = delete;
  Siege& operator=(const Siege&) = delete;

  void Attack(const std::string& name, const std::function<void()>& attack);

  // Of now, against the beginning.
  [[nodiscard]] std::size_t MoreThreads() const;
  // The exporter still answers, promptly.
  void ExpectService();

 private:
  void ExpectPrompt(const std::string& path, const std::string& part);
  void ExpectUsage();

  const Exporter& exporter_;
  const SiegeOptions options_;
  ProcessUsage before_;
  int tried_ = 0;
  int survived_ = 0;
  std::chrono::duration<double> slowest_{};
  std::size_t growth_ = 0;   // bytes
  std::size_t threads_ = 0;  // more than before
};

// A TLS server that staples well; a probe of it succeeds.
std::unique_ptr<TlsServer> StartHealthyServer(const Site& site);

// Until the calling process may open that many descriptors more; the test fails if it may not.
void RequireDescriptors(std::size_t count);

}  // namespace stapling::testing
