#include "tests/soak/upheaval.h"

#include <chrono>
#include <csignal>

#include "tests/integration/samples.h"
#include "tests/soak/configuration.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

constexpr std::chrono::seconds kPatience{60};
constexpr const char* kReloaded = "ocsp_stapling_exporter_config_last_reload_successful";

}  // namespace

// A bad configuration comes between two good ones, so that what is waited for always changes.
void Upheaval::Step() {
  switch (steps_++ % 12) {
    case 2:
      return GiveBad(Way::kHttp);
    case 5:
      return GiveGood(Way::kSignal);
    case 8:
      return GiveBad(Way::kSignal);
    case 11:
      return GiveGood(Way::kHttp);
    case 1:
    case 7:
      return fleet_.RenewCertificate();
    case 4:
      return fleet_.RenewStapleOfNginx();
    case 10:
      return fleet_.ReplaceCaFile();
    default:
      return fleet_.TakeTurn();
  }
}

void Upheaval::GiveGood(Way way) {
  exporter_.WriteConfiguration(fleet_.Configuration(++good_reloads_));
  Reload(way, true);
}

void Upheaval::GiveBad(Way way) {
  const auto& texts = BadConfigurations();
  exporter_.WriteConfiguration(texts[bad_reloads_++ % texts.size()]);
  Reload(way, false);
}

void Upheaval::Reload(Way way, bool good) {
  if (way == Way::kHttp) {
    const int status = exporter_.Send({.path = "/-/reload", .method = "POST"}).status;
    if (status != (good ? 200 : 500)) {
      tally_.Complain("/-/reload answered " + std::to_string(status));
    }
    return;
  }
  exporter_.process().Signal(SIGHUP);
  const double expected = good ? 1 : 0;
  if (!WaitUntil([&] { return Samples(exporter_.Metrics()).Value(kReloaded) == expected; },
                 kPatience)) {
    tally_.Complain("SIGHUP did not make " + std::string(kReloaded) + (good ? " 1" : " 0"));
  }
}

}  // namespace stapling::testing
