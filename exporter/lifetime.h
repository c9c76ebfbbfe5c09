// How old a staple is, how long it still lasts and how much of its life is used.
//
// Pure; safe from any thread. Everything counts from what the response claims, as soon as it
// claims something about the certificate; whether that may be believed is the verdict's business.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/ocsp/judge.h"

namespace stapling::exporter {

struct Lifetime {
  std::optional<std::chrono::seconds> age;        // now - thisUpdate; negative if in the future
  std::optional<std::chrono::seconds> remaining;  // effective expiry - now; negative once past
  std::optional<double> used_ratio;               // age / span; absent unless the span is positive
};

Lifetime LifetimeOf(const Judgement& judgement, std::chrono::sys_seconds now);

// "75 %".
std::string PercentText(double ratio);

}  // namespace stapling::exporter
