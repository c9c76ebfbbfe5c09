// The same probe in several variations, each beside a bare handshake with the same server.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "tests/bench/bare_handshake.h"
#include "tests/bench/contender.h"
#include "tests/bench/scraped_program.h"
#include "tests/bench/table.h"

namespace stapling::bench {

class Pairs {
 public:
  // A variation: what the exporter does, and the bare client's part of it; null without one.
  void Add(std::string name, std::unique_ptr<Contender> exporter, std::unique_ptr<Contender> bare);

  // Races all of them, and prints of each the exporter's CPU, in ms, against the bare handshake,
  // and against the first variation.
  std::optional<Error> Run(const RacePlan& plan, const std::string& title, Table& table) const;

 private:
  struct Pair {
    std::string name;
    std::unique_ptr<Contender> exporter;
    std::unique_ptr<Contender> bare;
  };
  std::vector<Pair> pairs_;
};

}  // namespace stapling::bench
