// Everything that changes while the exporter works: its configuration, good and bad, by signal and
// by HTTP; the file of its CAs; staples and certificates of the servers.
//
// For one thread.
#pragma once

#include <cstddef>

#include "tests/integration/exporter.h"
#include "tests/soak/fleet.h"
#include "tests/soak/tally.h"

namespace stapling::testing {

class Upheaval {
 public:
  // All are to outlive it. The exporter was started with Fleet::Configuration(0) and
  // --web.enable-lifecycle.
  Upheaval(const Exporter& exporter, Fleet& fleet, Tally& tally)
      : exporter_(exporter), fleet_(fleet), tally_(tally) {}

  // The next change; waits until the exporter has taken it.
  void Step();

  [[nodiscard]] std::size_t good_reloads() const { return good_reloads_; }
  [[nodiscard]] std::size_t bad_reloads() const { return bad_reloads_; }

 private:
  enum class Way { kHttp, kSignal };
  void GiveGood(Way way);
  void GiveBad(Way way);
  void Reload(Way way, bool good);

  const Exporter& exporter_;
  Fleet& fleet_;
  Tally& tally_;
  std::size_t steps_ = 0;
  std::size_t good_reloads_ = 0;
  std::size_t bad_reloads_ = 0;
};

}  // namespace stapling::testing
