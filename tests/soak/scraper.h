// A client that scrapes target after target and looks at every answer. Some of its connections are
// kept alive for many scrapes, some serve for one, and now and then it goes away in mid-probe.
//
// One scraper is for one thread.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/soak/tally.h"
#include "tests/soak/target.h"
#include "tests/support/socket.h"

namespace stapling::testing {

class Scraper {
 public:
  // Both are outlived by what is passed. Equal seeds choose equally.
  Scraper(std::uint16_t port, const std::vector<Target>& targets, Tally& tally, unsigned seed);

  void ScrapeOnce();
  // What the exporter is to forget before it is measured.
  void Disconnect() { kept_.Close(); }

 private:
  [[nodiscard]] bool OneIn(unsigned count);
  [[nodiscard]] bool Connect();
  void Vanish(const Target& target);
  void Judge(const Target& target, const HttpResponse& answer, std::size_t settled, bool& right);

  const std::uint16_t port_;
  const std::vector<Target>& targets_;
  Tally& tally_;
  std::minstd_rand random_;
  std::discrete_distribution<std::size_t> choice_;
  Socket kept_;
};

}  // namespace stapling::testing
