// Preloaded into somebody else's program (LD_PRELOAD), this fixes its clock: time() is FIXED_CLOCK,
// in Unix seconds. Nothing else is changed.
#include <cstdlib>
#include <ctime>

extern "C" std::time_t time(std::time_t* out) noexcept {
  const char* fixed = std::getenv("FIXED_CLOCK");
  if (fixed == nullptr) std::abort();
  const std::time_t now = std::strtoll(fixed, nullptr, 10);
  if (out != nullptr) *out = now;
  return now;
}
