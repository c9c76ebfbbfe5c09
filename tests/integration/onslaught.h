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

struct Tally {
  std::size_t tried = 0;
  std::vector<std::string> complaints;  // one for each case that did not end well
  // The worst of one case each; negative: every deadline was kept.
  std::chrono::duration<double> over_deadline{-1e9};
  std::string latest = {};
  // Of all cases together.
  std::chrono::duration<double> processor_time{};
  std::size_t memory_growth = 0;  // the exporter's peak above what it had before
};

// Each case once, so many side by side.
Tally Endure(const Exporter& exporter, const std::vector<AttackCase>& cases, std::size_t at_once);

// What one case costs, each alone: the worst of all.
struct Cost {
  std::chrono::duration<double> processor_time{};
  std::string dearest = {};
  std::size_t memory_growth = 0;
  std::string largest = {};
};
Cost Weigh(const Exporter& exporter, const std::vector<AttackCase>& cases);

// For a person: "812 cases, 812 survived, ...".
std::string Describe(const Tally& tally);
std::string Describe(const Cost& cost);

}  // namespace stapling::testing
