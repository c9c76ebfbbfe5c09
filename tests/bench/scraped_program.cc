#include "tests/bench/scraped_program.h"

#include <chrono>
#include <thread>
#include <utility>

#include "tests/bench/cpu_clock.h"
#include "tests/bench/side_by_side.h"

namespace stapling::bench {
namespace {

// What a program does once its answer is out belongs to the scrape as well.
constexpr std::chrono::milliseconds kAfterwards{5};

}  // namespace

Result<std::unique_ptr<ScrapedProgram>> ScrapedProgram::Start(const ProgramSpec& spec) {
  auto server = testing::RealServer::Start([&](std::uint16_t port) {
    std::vector<std::string> command = spec.command;
    command.push_back("--web.listen-address=127.0.0.1:" + std::to_string(port));
    return command;
  });
  if (!server) return Error{server.error()};
  return std::unique_ptr<ScrapedProgram>(new ScrapedProgram(spec, std::move(server).value()));
}

std::optional<Error> ScrapedProgram::Scrape(Scraper& scraper, const std::string& target) const {
  const Result<Page> page = scraper.Get(PathFor(target));
  if (!page) return Error{page.error()};
  for (const std::string& line : spec_.healthy) {
    if (page->body.find("\n" + line + "\n") == std::string::npos) {
      return Error{"a page of status " + std::to_string(page->status) + " lacks \"" + line +
                   "\":\n" + page->body};
    }
  }
  return std::nullopt;
}

Result<double> Scrapes::RunOne(Scraper& scraper, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& target = targets_[next_++ % targets_.size()];
    if (auto wrong = program_.Scrape(scraper, target)) return *std::move(wrong);
  }
  return 0.0;
}

Result<double> Scrapes::Run(std::size_t count, std::size_t parallel) {
  while (scrapers_.size() < parallel) scrapers_.emplace_back(program_.port());
  const auto before = CpuSeconds(program_.pid());
  const auto done = SideBySide(count, parallel, [this](std::size_t thread, std::size_t share) {
    return RunOne(scrapers_[thread], share);
  });
  std::this_thread::sleep_for(kAfterwards);
  const auto after = CpuSeconds(program_.pid());
  for (const auto* result : {&before, &done, &after}) {
    if (!*result) return Error{result->error()};
  }
  return *after - *before;
}

}  // namespace stapling::bench
