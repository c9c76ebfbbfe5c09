// For LD_PRELOAD: shifts the wall clock of a process by as many seconds as the file $CLOCK_SHIFT
// says, from one call to the next. The monotonic clock is the machine's.
//
// The file is mapped: whoever writes an int64 in it has moved the clock. Without it, no shift. The
// kernel is asked directly, since this comes before every library, sanitizers included.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

const std::int64_t* Map() {
  static const std::int64_t none = 0;
  const char* path = std::getenv("CLOCK_SHIFT");
  if (path == nullptr) return &none;
  const auto file = static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC));
  if (file < 0) return &none;
  void* mapped = mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
  syscall(SYS_close, file);
  return mapped == MAP_FAILED ? &none : static_cast<const std::int64_t*>(mapped);
}

// Two threads may both map it; either mapping will do.
std::int64_t Shift() {
  static std::atomic<const std::int64_t*> shift = nullptr;
  const std::int64_t* mapped = shift.load();
  if (mapped == nullptr) shift = mapped = Map();
  return __atomic_load_n(mapped, __ATOMIC_RELAXED);
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const auto result = static_cast<int>(syscall(SYS_clock_gettime, clock, now));
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += Shift();
  }
  return result;
}

__attribute__((visibility("default"))) time_t time(time_t* now) noexcept {
  timespec instant{};
  clock_gettime(CLOCK_REALTIME, &instant);
  if (now != nullptr) *now = instant.tv_sec;
  return instant.tv_sec;
}

__attribute__((visibility("default"))) int gettimeofday(timeval* now, void* /*zone*/) noexcept {
  timespec instant{};
  clock_gettime(CLOCK_REALTIME, &instant);
  *now = {.tv_sec = instant.tv_sec, .tv_usec = instant.tv_nsec / 1000};
  return 0;
}

}  // extern "C"
