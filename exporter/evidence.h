// The evidence of a probe: what somebody needs to judge its staples again, elsewhere and later.
//
// Plain text: for each staple that is not good the reason, the line of `verify` that comes to the
// same verdict, and as PEM the staple, the certificate and its issuer, in that order. Saved as it
// is under the name evidence.txt it serves as all three files of that line: `verify` takes the
// first response, the first certificate, and the certificate that issued it. Where there are
// several staples, a line of sed takes each out of the file first. Text of strangers never begins a
// line, and no line of it is long, so it can pass neither for PEM nor for the marks that sed looks
// for.
//
// A connection that failed although its staples are good leaves the leaf's; failed connections come
// first; what several saw alike stands once. At most kMaxEvidenceBytes, beyond which staples are
// counted only. Pure; safe from any thread.
#pragma once

#include <cstddef>
#include <string>

#include "core/ocsp/judge.h"
#include "core/probe_result.h"
#include "core/x509/trust_store.h"

namespace stapling::exporter {

inline constexpr std::size_t kMaxEvidenceBytes = std::size_t{128} * 1024;

// `policy` and `trust_store` are those that the probe judged with. Empty where every staple is
// good, and where no certificate was seen.
std::string EvidenceOf(const ProbeResult& result, const JudgePolicy& policy,
                       const TrustStore& trust_store);

}  // namespace stapling::exporter
