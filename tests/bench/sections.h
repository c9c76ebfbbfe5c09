// The sections of the suite: what each measures, and the function that does.
//
// A section starts its own servers, prints its lines into the table, and leaves nothing running. An
// Error means that something could not be started or did not answer as it should: then there is no
// figure, rather than a wrong one.
#pragma once

#include <optional>

#include "core/result.h"
#include "tests/bench/settings.h"
#include "tests/bench/table.h"

namespace stapling::bench {

// CPU of a scrape of /probe, of the peers' like probes, and of the bare handshake; the exporter's
// with its cache of verified signatures off, and with a staple that brings its signer.
std::optional<Error> MeasureCost(const Settings& settings, Table& table);

}  // namespace stapling::bench
