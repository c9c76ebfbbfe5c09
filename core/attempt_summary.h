// Makes one connection of several attempts: the first with a staple that is not good, else the
// first whose certificate was objected to, else the first that was stapled for the leaf and lacks a
// staple below, else the first that was stapled, else the first. The first two tell their own
// failure, the others the first of any.
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

  // The deadline passed before all that were wanted could be made.
  void TellOfTheRest(unsigned wanted);

  // After at least one Add, and once.
  [[nodiscard]] Connection Take();

 private:
  enum class Worth { kBare, kStapled, kLacking, kBadCertificate, kBadStaple };  // to be shown

  static Worth WorthOf(const Connection& attempt, bool stapled);
  void AddFailure(const Failure& failure, bool stapled);
  [[nodiscard]] std::optional<Failure> WorstFailure() const;

  unsigned added_ = 0;
  std::optional<Connection> chosen_;
  Worth worth_ = Worth::kBare;  // of chosen_
  std::vector<std::pair<Phase, std::chrono::duration<double>>> phases_;
  Attempts attempts_;
  std::set<Bytes> staples_;
  std::optional<Failure> failure_;  // other than a missing staple
  std::optional<Failure> missing_;
  std::optional<Failure> unmade_;
  bool leaf_lacks_ = false;  // in an attempt where its staple was required
};

}  // namespace stapling
