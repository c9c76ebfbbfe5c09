// Many probes of a server that takes a ClientHello and never says a word.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "core/result.h"
#include "tests/bench/scraped_program.h"
#include "tests/bench/scraper.h"
#include "tests/support/rude_server.h"

namespace stapling::bench {

class HungProbes {
 public:
  // Returns once `count` probes of `program` wait for the server. They would for a minute.
  static Result<HungProbes> Start(const ScrapedProgram& program, std::size_t count);

  // The server goes, so that every probe ends; returns once all scrapes are answered.
  std::optional<Error> End();

 private:
  std::unique_ptr<testing::RudeServer> silent_;
  std::vector<Scraper> scrapers_;
};

}  // namespace stapling::bench
