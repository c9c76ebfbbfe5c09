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

// Resident memory that a probe of a silent server takes, the exporter's and the peers'.
std::optional<Error> MeasureHungMemory(const Settings& settings, Table& table);

// Latency of healthy probes at a fixed rate, alone and while a thousand others hang.
std::optional<Error> MeasureHungLatency(const Settings& settings, Table& table);

// Scrapes per second of one to sixteen clients that never pause, and whose CPU they take.
std::optional<Error> MeasureSaturation(const Settings& settings, Table& table);

// Time from exec to the first answers, and memory at rest.
std::optional<Error> MeasureStart(const Settings& settings, Table& table);

// CPU of the judge and of the chain's verification, without a network.
std::optional<Error> MeasureJudge(const Settings& settings, Table& table);

// CPU by what the server shows (chain, staple, keys) and by what the module asks for.
std::optional<Error> MeasureVariations(const Settings& settings, Table& table);

// CPU by the number of targets, and memory after very many scrapes.
std::optional<Error> MeasureTargets(const Settings& settings, Table& table);

// Ten thousand targets every thirty seconds, scraped by a real Prometheus: whether any scrape
// failed or was late, and what of a core it took.
std::optional<Error> MeasurePrometheus(const Settings& settings, Table& table);

}  // namespace stapling::bench
