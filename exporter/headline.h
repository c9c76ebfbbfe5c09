// What a check found, in one word and one sentence.
//
// Pure; safe from any thread.
#pragma once

#include <string>

#include "exporter/explanation.h"
#include "exporter/report.h"

namespace stapling::exporter {

struct Headline {
  // A verdict where a staple or its absence decided, else the reason of the failure. A warning
  // about a staple near its end is `good`, one about a staple at times `staple_intermittent`.
  std::string word;
  Explanation explanation;
};

Headline HeadlineOf(const CheckReport& report);

}  // namespace stapling::exporter
