// What a sweep over many targets prints as text: a line for each, and a summary for a ticket.
//
// Pure; safe from any thread. Text of strangers is shown without control characters.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "exporter/exit_status.h"
#include "exporter/report.h"
#include "exporter/text_style.h"

namespace stapling::exporter {

// What is kept of a target's probe.
struct SweepOutcome {
  std::size_t position = 0;  // in the list
  std::string target;        // as listed
  ExitStatus status = ExitStatus::kGood;
  std::string word;      // of its headline
  std::string sentence;  // likewise
};

SweepOutcome OutcomeOf(const CheckReport& report, std::size_t position, const std::string& target);

// One line with its end; the sentences of targets no wider than `target_width` begin in one column.
std::string SweepLine(const SweepOutcome& outcome, std::size_t target_width, TextStyle style);

struct SweepSummary {
  std::vector<SweepOutcome> outcomes = {};  // in any order
  std::size_t targets = 0;                  // more than the outcomes, if it was interrupted
  std::chrono::duration<double> duration{};
};

// How many had which status and word, then those that are not OK, the worst status first and below
// it the most frequent word; of each word the first twenty in the order of the list.
std::string SweepSummaryText(SweepSummary summary, TextStyle style);

}  // namespace stapling::exporter
