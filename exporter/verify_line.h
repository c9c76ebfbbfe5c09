// The line for a shell that judges a staple again as a probe did.
//
// Pure; safe from any thread. With the same bytes in its files it comes to the same verdict: it
// names the instant and everything of the module's policy that is not the default.
#pragma once

#include <chrono>
#include <string>

#include "core/ocsp/judge.h"

namespace stapling::exporter {

// One file may be all three: verify finds in each what it needs.
struct VerifyFiles {
  std::string response;
  std::string certificate;
  std::string issuer;
};

std::string VerifyLine(const VerifyFiles& files, std::chrono::sys_seconds at,
                       const JudgePolicy& policy);

}  // namespace stapling::exporter
