// The exporter's own metrics page with every family on it.
#pragma once

#include <string>

#include "exporter/self_metrics.h"

namespace stapling::exporter {

inline std::string MetricsPage() {
  SelfMetrics metrics;
  metrics.SetModules({"tls"});
  metrics.SetWebConfigReload(true);
  metrics.SetAnswerCacheStats([] { return AnswerCacheStats{}; });
  metrics.SetVerificationCacheStats([] { return FactCacheStats{}; });
  metrics.SetHttpServerStats([] { return HttpServerStats{}; });
  return metrics.Text();
}

}  // namespace stapling::exporter
