#include "tests/bench/pairs.h"

#include <utility>

namespace stapling::bench {

void Pairs::Add(std::string name, std::unique_ptr<Contender> exporter,
                std::unique_ptr<Contender> bare) {
  pairs_.push_back({std::move(name), std::move(exporter), std::move(bare)});
}

std::optional<Error> Pairs::Run(const RacePlan& plan, const std::string& title,
                                Table& table) const {
  std::vector<Contender*> exporters;
  std::vector<Contender*> bare;
  for (const Pair& pair : pairs_) {
    exporters.push_back(pair.exporter.get());
    if (pair.bare != nullptr) bare.push_back(pair.bare.get());
  }
  std::vector<Contender*> all = exporters;
  all.insert(all.end(), bare.begin(), bare.end());
  const auto race = Race(all, plan);
  if (!race) return Error{race.error()};
  const auto& seconds = race.value();
  table.Section(title);
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    table.Add(pairs_[i].name, Scaled(seconds[i], 1e3), "ms CPU");
  }
  for (std::size_t i = 0, next = pairs_.size(); i < pairs_.size(); ++i) {
    if (pairs_[i].bare == nullptr) continue;
    table.Add(pairs_[i].name + " / bare handshake", Ratios(seconds[i], seconds[next++]), kTimes);
  }
  for (std::size_t i = 1; i < pairs_.size(); ++i) {
    table.Add(pairs_[i].name + " / the first", Ratios(seconds[i], seconds[0]), kTimes);
  }
  return std::nullopt;
}

}  // namespace stapling::bench
