// Probes the fleet through a running exporter, as Prometheus would, and compares.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "core/result.h"
#include "deploy/demo/fleet.h"

namespace stapling::demo {

// What the exporter's /probe answered for one server.
struct Probed {
  std::string verdict;  // of the leaf's staple; empty: none was exported
  std::string success;  // the value of probe_success, as written
  std::string failure;  // the reason of probe_failure_info; empty: none was exported
};

// One GET of /probe at `exporter`, an IP:PORT.
Result<Probed> ProbeThrough(const std::string& exporter, const std::string& target,
                            std::string_view module);

// True when verdict, success and reason are those of the table.
bool IsAsExpected(const Probed& probed, const DemoServer& server);

enum class Style { kPlain, kColour };

// Which TLS library makes the handshakes: it chooses the module or its twin.
enum class Library { kOpenssl, kGnutls };

// Probes each server and prints a line for it as soon as it is known. The number of servers whose
// answer is not the expected one; an Error if the exporter does not answer.
Result<int> PrintProbeTable(const std::string& exporter, const std::vector<std::string>& addresses,
                            Library library, Style style, std::ostream& out);

// The module that shows this server best.
std::string ModuleFor(const DemoServer& server, Library library);

}  // namespace stapling::demo
