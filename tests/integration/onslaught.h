// Many targets at once that mean harm, probed by one exporter, and what has to hold of every page:
// it can be scraped, it came within its deadline, and it says what it may say.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/exporter.h"

namespace stapling::testing {

// A server that listens for as long as it is held, and how it is probed.
struct Opponent {
  std::shared_ptr<const void> server;
  std::string target;
  std::string hostname = {};
};

struct AttackCase {
  std::string name;                      // letters, digits and _
  std::string module;                    // of the exporter's configuration
  std::chrono::milliseconds patience{};  // of the module
  std::function<Opponent()> start;       // called from any thread
  // What the page may say: "phase/reason" of the failure, or kSuccess.
  std::vector<std::string> outcomes;
};
inline constexpr const char* kSuccess = "success";

// The most of something, and which case it was of.
template <typename Value>
struct Worst {
  Value value{};
  std::string name = {};

  void Take(Value other, const std::string& of) {
    if (other <= value) return;
    value = other;
    name = of;
  }
};

// Beyond a deadline; negative: every one was kept.
using Lateness = Worst<std::chrono::duration<double>>;
inline constexpr std::chrono::duration<double> kNeverLate{-1e9};

struct Tally {
  std::size_t tried = 0;
  std::vector<std::string> complaints;  // one for each case that did not end well
  Lateness lateness{kNeverLate};
  // Of all cases together.
  std::chrono::duration<double> processor_time{};
  std::size_t memory_growth = 0;  // the exporter's peak above what it had before
};

// Each case once, so many side by side.
Tally Endure(const Exporter& exporter, const std::vector<AttackCase>& cases, std::size_t at_once);

// What one case costs, each alone: the worst of all.
struct Cost {
  Lateness lateness{kNeverLate};
  Worst<std::chrono::duration<double>> time;  // until the page came
  Worst<std::chrono::duration<double>> processor_time;
  Worst<std::size_t> memory_growth;
};
// Each in a new exporter: in one that has served before, memory that it did not give back would
// hide what a case takes.
Cost Weigh(const std::string& configuration, const std::vector<AttackCase>& cases);

// A line of counts for a person: "[counts] odd names: 812 cases tried, ...".
void Print(const std::string& what, const Tally& tally);
void Print(const std::string& what, const Cost& cost);

}  // namespace stapling::testing
