// Somebody in a race, and the race: each does the same work in small batches, in turns, so that
// whatever else the machine does meanwhile falls on all of them alike.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"

namespace stapling::bench {

class Contender {
 public:
  explicit Contender(std::string name) : name_(std::move(name)) {}
  virtual ~Contender() = default;
  Contender(const Contender&) = delete;
  Contender& operator=(const Contender&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }

  // Does its work `count` times, `parallel` of them at once, and makes sure that each was done
  // well. The CPU seconds that this took it.
  virtual Result<double> Run(std::size_t count, std::size_t parallel) = 0;

 private:
  std::string name_;
};

struct RacePlan {
  std::size_t rounds = 1;    // each contender runs once in each
  std::size_t batch = 1;     // so often does it do its work then
  std::size_t parallel = 1;  // so much of it at once
};

// CPU seconds for each time, by contender and round. A round that counts for nobody comes first.
Result<std::vector<std::vector<double>>> Race(const std::vector<Contender*>& contenders,
                                              const RacePlan& plan);

}  // namespace stapling::bench
