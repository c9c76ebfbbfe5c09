// Metrics as Prometheus reads them, the text format 0.0.4.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace stapling::exporter {

// Whole, or std::bad_alloc: a stream alone would swallow that and end the page where it stands.
std::string Exposition(const std::vector<prometheus::MetricFamily>& families);

}  // namespace stapling::exporter
