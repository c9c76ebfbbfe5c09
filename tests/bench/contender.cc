#include "tests/bench/contender.h"

namespace stapling::bench {

Result<std::vector<std::vector<double>>> Race(const std::vector<Contender*>& contenders,
                                              const RacePlan& plan) {
  std::vector<std::vector<double>> seconds(contenders.size());
  for (std::size_t round = 0; round <= plan.rounds; ++round) {
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      const auto used = contenders[i]->Run(plan.batch, plan.parallel);
      if (!used) return Error{contenders[i]->name() + ": " + used.error()};
      if (round > 0) seconds[i].push_back(*used / static_cast<double>(plan.batch));
    }
  }
  return seconds;
}

}  // namespace stapling::bench
