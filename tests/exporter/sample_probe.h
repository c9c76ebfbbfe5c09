// Results of probes, built by hand: what the reports and metrics of a probe are tested on.
//
// Everything happens at kNow. A sample is healthy; a test changes the one thing that it is about.
#pragma once

#include <chrono>

#include "core/probe.h"
#include "tests/support/standard_pki.h"

namespace stapling::testing {

// 2026-11-20T10:00:00Z.
inline constexpr std::chrono::sys_seconds kNow{std::chrono::seconds{1795168800}};

// One for the whole test program: keys are slow to make.
const StandardPki& SamplePki();

// Good, signed by the issuer; thisUpdate and producedAt a day ago, nextUpdate in six days; no check
// of signer_current and max_age.
Judgement GoodJudgement();

// An OCSPResponse that says nothing but the status, or cannot be read at all.
Judgement OnlyVerdict(Verdict verdict);

// Of the leaf: it names a responder, the staple is expected, not required, and good.
StapleReport GoodStaple();

// The same without a staple.
StapleReport MissingStaple();

// About the leaf, had from http://ocsp.test/ a quarter of an hour ago; thisUpdate an hour after the
// staple's.
ResponderReport GoodResponder();

// The leaf is not in the list, had from http://crl.test/ half an hour ago.
CrlReport CleanCrl();

// Leaf and intermediate over TLS 1.3 from 192.0.2.1, verified; a staple for the leaf alone.
ProbeResult HealthyProbe();

// The same with the CA asked about the leaf: staple, responder and CRL all say good.
ProbeResult CrossCheckedProbe();

// The healthy one that failed.
ProbeResult FailedProbe(Phase phase, Reason reason, const char* detail = "");

// Nothing was seen: the phase of the failure is the first, or the second after `resolve`.
ProbeResult UnreachableProbe(Phase phase, Reason reason);

}  // namespace stapling::testing
