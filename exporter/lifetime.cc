#include "exporter/lifetime.h"

#include <cmath>

namespace stapling::exporter {

Lifetime LifetimeOf(const Judgement& judgement, std::chrono::sys_seconds now) {
  Lifetime lifetime;
  if (judgement.this_update) lifetime.age = now - *judgement.this_update;
  if (judgement.effective_expiry) lifetime.remaining = *judgement.effective_expiry - now;
  if (lifetime.age && judgement.effective_expiry) {
    const std::chrono::duration<double> span = *judgement.effective_expiry - *judgement.this_update;
    if (span.count() > 0) lifetime.used_ratio = *lifetime.age / span;
  }
  return lifetime;
}

std::string PercentText(double ratio) { return std::to_string(std::lround(ratio * 100)) + " %"; }

}  // namespace stapling::exporter
