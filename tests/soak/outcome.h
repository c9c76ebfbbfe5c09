// What an answer to a scrape says, as far as the soak looks: enough to tell a false "good" and a
// false alarm from what is right.
#pragma once

#include <optional>
#include <string>

#include "tests/support/http_get.h"

namespace stapling::testing {

struct Outcome {
  int status = 200;
  std::optional<bool> success = {};  // probe_success; nothing where there was no probe
  // Of the leaf's staple; empty: none. Where combinations differ, theirs joined by " and ".
  std::string verdict = {};
  std::string failure = {};  // "phase/reason", likewise
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// Finds the series in a page of metrics, or anywhere in the text that debug=true gives.
Outcome ReadOutcome(const HttpResponse& answer);

// For a person: "200, success 0, verdict expired, failure judge/staple_invalid".
std::string Words(const Outcome& outcome);

}  // namespace stapling::testing
