// Why: one sentence for the case at hand, and the next step to take.
//
// The same sentences serve the text report, the JSON and the pages. What they quote from a
// certificate or a server is clean UTF-8 without control characters. Pure; safe from any thread.
#pragma once

#include <chrono>
#include <string>

#include "core/failure.h"
#include "core/ocsp/judge.h"
#include "core/probe.h"

namespace stapling::exporter {

// With a cross-check.
inline constexpr const char* kCaNotAsked =
    "The CA was not asked: nothing vouches for the URLs of a chain that does not verify.";

struct Explanation {
  std::string reason;  // one sentence, with its full stop
  std::string remedy;  // one sentence; empty when there is nothing to do
};

// Of a judged staple. `now` and `policy` are those that it was judged with.
Explanation Explain(const Judgement& judgement, std::chrono::sys_seconds now,
                    const JudgePolicy& policy);

// The same, and for an absent staple whether one was required or expected.
Explanation Explain(const StapleReport& staple, std::chrono::sys_seconds now,
                    const JudgePolicy& policy);

// Of the phase that failed.
Explanation Explain(const Failure& failure);

// The staple, there or missing, that a failure of the phase judge is about; null if none is.
const StapleReport* CulpritOf(const Connection& connection, Reason reason);

// Of a whole probe: the failure, or the staple that is behind it; else the leaf's staple.
Explanation Explain(const ProbeResult& result, const JudgePolicy& policy);

// "192.0.2.1, TLS 1.3, rsa": what the module varies of this connection; empty if nothing.
std::string NameOf(const Connection& connection);

}  // namespace stapling::exporter
