// What a request to /probe asks for, read strictly.
//
// Pure: looks up no module and resolves nothing. Sentences quote the request only as short
// printable ASCII. Parameters with other names are ignored, as blackbox_exporter does, so that one
// relabelling fits both. Safe from any thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

#include "core/net/target.h"
#include "exporter/http/message.h"
#include "exporter/self_metrics.h"

namespace stapling::exporter {

struct ProbeParameters {
  Target target;
  std::string module;    // empty: the default module
  std::string hostname;  // empty: the target's own name
  bool debug = false;
};

// Why a probe was not made: for the client and for the metrics.
struct ProbeRefusal {
  Rejection rejection;
  std::string sentence;
};

std::variant<ProbeParameters, ProbeRefusal> ParseProbeParameters(const Request& request);

// How long the probe may take: what the scraper grants (X-Prometheus-Scrape-Timeout-Seconds) less
// `offset`, if that is shorter than the module's timeout. A grant no larger than the offset yields
// half of itself.
std::variant<std::chrono::duration<double>, ProbeRefusal> ProbeTimeout(
    const Request& request, std::chrono::milliseconds module_timeout,
    std::chrono::duration<double> offset);

}  // namespace stapling::exporter
