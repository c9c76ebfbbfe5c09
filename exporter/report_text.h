// The report that a person reads: what is wrong first, then the facts, then the next step.
//
// Pure; safe from any thread. Text of strangers is shown without control characters.
#pragma once

#include <string>

#include "exporter/report.h"
#include "exporter/text_style.h"

namespace stapling::exporter {

std::string CheckText(const CheckReport& report, TextStyle style);
std::string VerifyText(const VerifyReport& report, TextStyle style);

}  // namespace stapling::exporter
