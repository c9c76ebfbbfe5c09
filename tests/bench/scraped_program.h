// The exporter or one of its peers as a process that is scraped.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "tests/bench/contender.h"
#include "tests/bench/scraper.h"
#include "tests/integration/real_server.h"

namespace stapling::bench {

// How it is run and asked.
struct ProgramSpec {
  std::string name;
  std::vector<std::string> command;  // with all but the address
  std::string query;                 // path and query up to the target, which comes last
  std::vector<std::string> healthy;  // lines of a page about a target that is in order
};

class ScrapedProgram {
 public:
  // Returns once it accepts connections.
  static Result<std::unique_ptr<ScrapedProgram>> Start(const ProgramSpec& spec);

  [[nodiscard]] const ProgramSpec& spec() const { return spec_; }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] pid_t pid() const { return server_->process().pid(); }
  [[nodiscard]] std::string PathFor(const std::string& target) const {
    return spec_.query + target;
  }

  // One scrape of a target that must be in order: else an Error that shows the page.
  [[nodiscard]] std::optional<Error> Scrape(Scraper& scraper, const std::string& target) const;

 private:
  ScrapedProgram(ProgramSpec spec, std::unique_ptr<testing::RealServer> server)
      : spec_(std::move(spec)), server_(std::move(server)) {}

  ProgramSpec spec_;
  std::unique_ptr<testing::RealServer> server_;
};

// Scrapes of a program, of one target after the other in turn. What counts is the program's CPU
// time alone, the scraper's does not.
class Scrapes : public Contender {
 public:
  Scrapes(std::string name, const ScrapedProgram& program, std::vector<std::string> targets)
      : Contender(std::move(name)), program_(program), targets_(std::move(targets)) {}

  Result<double> Run(std::size_t count, std::size_t parallel) override;

 private:
  Result<double> RunOne(Scraper& scraper, std::size_t count);

  const ScrapedProgram& program_;
  std::vector<std::string> targets_;
  std::vector<Scraper> scrapers_;  // of each thread, their connections kept from batch to batch
  std::atomic<std::size_t> next_ = 0;
};

}  // namespace stapling::bench
