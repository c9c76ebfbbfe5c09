// Makes one connection of several attempts: the first that was stapled, else the first, with the
// first failure of any.
//
// A staple that is required and that only some attempts carried makes staple_intermittent. Pure;
// one thread.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "core/failure.h"
#include "core/probe_result.h"

namespace stapling {

class AttemptSummary {
 public:
  void Add(Connection attempt);

  // After at least one Add, and once.
  [[nodiscard]] Connection Take();

 private:
  void AddFailure(const Failure& failure, bool stapled);
  [[nodiscard]] std::optional<Failure> WorstFailure() const;

  std::optional<Connection> chosen_;
  std::vector<std::pair<Phase, std::chrono::duration<double>>> phases_;
  Attempts attempts_;
  std::set<Bytes> staples_;
  std::optional<Failure> failure_;  // other than a missing staple
  std::optional<Failure> missing_;
  bool leaf_lacks_ = false;  // in an attempt where its staple was required
};

}  // namespace stapling
