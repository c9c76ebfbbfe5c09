#include "tests/bench/hung_probes.h"

#include <chrono>
#include <string>
#include <utility>

#include "tests/support/wait_until.h"

namespace stapling::bench {
namespace {

constexpr std::chrono::seconds kPatience{60};

}  // namespace

Result<HungProbes> HungProbes::Start(const ScrapedProgram& program, std::size_t count) {
  HungProbes hung;
  testing::RudeBehaviour silent = testing::Silent();
  silent.read_client_hello = true;
  auto server = testing::RudeServer::Start(silent);
  if (!server) return Error{server.error()};
  hung.silent_ = std::move(server).value();
  const std::string path = program.PathFor(hung.silent_->Target());
  for (std::size_t i = 0; i < count; ++i) {
    if (!hung.scrapers_.emplace_back(program.port(), kPatience).Send(path)) {
      return Error{program.spec().name + " takes no more than " + std::to_string(i) + " scrapes"};
    }
  }
  if (!testing::WaitUntil([&] { return hung.silent_->Accepted() >= count; }, kPatience)) {
    return Error{program.spec().name + " makes no more than " +
                 std::to_string(hung.silent_->Accepted()) + " probes at once"};
  }
  return hung;
}

std::optional<Error> HungProbes::End() {
  silent_.reset();
  for (Scraper& scraper : scrapers_) {
    if (const auto page = scraper.Receive(); !page) return Error{page.error()};
  }
  scrapers_.clear();
  return std::nullopt;
}

}  // namespace stapling::bench
