// What the exporter says about itself at /metrics.
//
// Every closed set of labels starts at 0, also for each configured module, so that the first
// increase is seen. The module label only ever holds a configured name. Safe from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/fact_cache.h"
#include "core/revocation/answer_cache.h"
#include "exporter/http/http_server.h"

namespace stapling::exporter {

// Why a request for a probe was turned away before a probe was made; kDenied also when the denied
// address showed only then.
enum class Rejection : std::uint8_t { kDenied, kBusy, kBadTarget, kUnknownModule, kBadTimeout };

class SelfMetrics {
 public:
  SelfMetrics();
  ~SelfMetrics();
  SelfMetrics(const SelfMetrics&) = delete;
  SelfMetrics& operator=(const SelfMetrics&) = delete;

  // The modules of a new configuration. Those that are gone take their series with them.
  void SetModules(const std::vector<std::string>& names);

  void ProbeStarted();
  // Once for each ProbeStarted. A module that is no longer configured is not counted.
  void ProbeEnded(const std::string& module, bool success, std::chrono::duration<double> duration);
  void CountRejection(Rejection rejection);

  void SetConfigReload(bool successful);
  void SetTlsFilesReload(bool successful);
  // Without a web configuration it is never called, and there is no such series.
  void SetWebConfigReload(bool successful);

  // Where the figures of the HTTP server come from; without one there are none. The function must
  // stay callable as long as Text is.
  void SetHttpServerStats(std::function<HttpServerStats()> stats);

  // The same for the cache of CAs' answers.
  void SetAnswerCacheStats(std::function<AnswerCacheStats()> stats);

  // The same for the cache of verifications.
  void SetVerificationCacheStats(std::function<FactCacheStats()> stats);

  // The text format, version 0.0.4.
  [[nodiscard]] std::string Text() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stapling::exporter
