// The exit status of `check` and `verify`, as monitoring plugins have it.
//
// Pure; safe from any thread.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/ocsp/judge.h"
#include "core/probe.h"

namespace stapling::exporter {

// A larger value is worse.
enum class ExitStatus : std::uint8_t {
  kGood = 0,      // good, or missing and neither expected nor required
  kWarning = 1,   // expected but missing or intermittent, or nearly used up; CA out of order
  kCritical = 2,  // required but missing, any other verdict, or a failed probe
  kUsage = 3,     // a wrong command line, input that cannot be read, or no memory
};

// A staple that used more than this share of its lifetime is worth a warning: a server renews
// earlier.
inline constexpr double kDefaultWarningRatio = 0.75;

// Of one staple of a probe, or of its absence. A missing staple counts where the module says
// whether one was expected; one that is there always counts.
ExitStatus ExitStatusOf(const StapleReport& staple, std::chrono::sys_seconds now,
                        double warning_ratio);

// Of one probe: the worst over its connections and depths.
ExitStatus ExitStatusOf(const ProbeResult& result, double warning_ratio);

// Of what a connection's cross-check shows; kGood without one. A bad staple counts as a staple.
ExitStatus ExitStatusOfCrossCheck(const Connection& connection);

// A staple was expected of the leaf, and only some of several attempts carried one.
bool IsIntermittent(const Connection& connection);

// Of `verify`: kGood for the verdict good, kCritical for any other.
ExitStatus ExitStatusOf(const Judgement& judgement);

// The larger value.
ExitStatus WorseOf(ExitStatus one, ExitStatus other);

}  // namespace stapling::exporter
