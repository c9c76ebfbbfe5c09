#include "exporter/serve_signals.h"

#include <pthread.h>

#include <ctime>

namespace stapling::exporter {
namespace {

sigset_t EndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

sigset_t BlockServeSignals() {
  sigset_t signals = EndSignals();
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  for (const int ignored : {SIGPIPE, SIGUSR1, SIGUSR2}) std::signal(ignored, SIG_IGN);
  return signals;
}

std::optional<int> TakeEndSignal() {
  const sigset_t signals = EndSignals();
  const timespec at_once{};
  const int number = sigtimedwait(&signals, nullptr, &at_once);
  return number > 0 ? std::optional(number) : std::nullopt;
}

void UnblockEndSignals() {
  const sigset_t signals = EndSignals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace stapling::exporter
