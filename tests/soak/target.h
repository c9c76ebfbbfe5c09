// One thing to scrape, and what every answer has to say.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/soak/outcome.h"
#include "tests/soak/turns.h"

namespace stapling::testing {

// The lines of the report.
enum class Kind : std::size_t {
  kHealthy,    // a strict client would go on; anything else is a false alarm
  kBadStaple,  // chain and name are right, the staple is not
  kBadChain,   // a good staple does not mend the chain or the name
  kChanging,   // its staple is replaced all the time, by good and by bad ones
  kRude,       // hardly a TLS server
  kRefused,    // not probed at all
};
inline constexpr std::array<std::string_view, 6> kKindNames = {
    "healthy", "bad staple", "bad chain or name", "changing", "rude", "refused"};

struct Target {
  std::string name;  // for complaints
  Kind kind;
  std::string query;              // of /probe
  std::string timeout = {};       // X-Prometheus-Scrape-Timeout-Seconds; empty: not sent
  unsigned weight = 1;            // how often it is scraped, beside the others
  std::vector<Outcome> outcomes;  // any of them; with `turns`, that of the turn
  const Turns* turns = nullptr;   // outlives the target; the outcomes repeat
};

}  // namespace stapling::testing
