// The pages about one probe, both plain text: /logs and /staple.
//
// Both want `id` once (400), and answer 404 for a probe that is not in the history.
#pragma once

#include "exporter/history.h"
#include "exporter/http/message.h"

namespace stapling::exporter {

// The log and the metrics.
Response LogsPage(const Request& request, const History& history);

// The evidence; 404 with a sentence of its own for a probe that left none.
Response StaplePage(const Request& request, const History& history);

}  // namespace stapling::exporter
