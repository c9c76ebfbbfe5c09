#include "exporter/interrupt.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

namespace stapling::exporter {
namespace {

// All that a signal handler can see.
std::atomic<int> event_of_handler = -1;
static_assert(std::atomic<int>::is_always_lock_free);

void OnInterrupt(int /*signal*/) {
  const int saved = errno;
  const std::uint64_t one = 1;
  // It fails only if the event is there already.
  static_cast<void>(!write(event_of_handler, &one, sizeof one));
  errno = saved;
}

}  // namespace

Interrupt::Interrupt() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  event_of_handler = event_.get();
  sigaction(SIGINT, nullptr, &before_);
  if (before_.sa_handler == SIG_IGN) return;
  struct sigaction action = {};
  action.sa_handler = OnInterrupt;
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
}

Interrupt::~Interrupt() {
  sigaction(SIGINT, &before_, nullptr);
  event_of_handler = -1;
}

bool Interrupt::Came() const {
  pollfd event{.fd = event_.get(), .events = POLLIN, .revents = 0};
  return poll(&event, 1, 0) == 1;
}

}  // namespace stapling::exporter
