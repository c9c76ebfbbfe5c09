// The process_* families that every Prometheus client has, read from /proc.
//
// What cannot be read has no series. Safe from any thread.
#pragma once

#include <vector>

namespace prometheus {
struct MetricFamily;
}

namespace stapling::exporter {

std::vector<prometheus::MetricFamily> ProcessMetrics();

}  // namespace stapling::exporter
