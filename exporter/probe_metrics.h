// What /probe answers: a probe's result as metric families and as text.
//
// A series exists only when its value does; nothing is ever exported as 0 because it is not known.
// Label values are valid UTF-8 and at most 1 KiB long. Pure; safe from any thread.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/probe.h"

namespace prometheus {
struct MetricFamily;
}

namespace stapling::exporter {

// The families in the order of ProbeMetricTable(), without empty ones. `timeout` is what the probe
// was given, from the module or the scraper.
std::vector<prometheus::MetricFamily> ProbeMetrics(const ProbeResult& result,
                                                   std::chrono::duration<double> timeout);

// The same in the text format 0.0.4.
std::string ProbeMetricsText(const ProbeResult& result, std::chrono::duration<double> timeout);

inline constexpr const char* kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace stapling::exporter
