// Answers of CAs, fetched once for however many ask, and kept so that probing never hammers a CA.
//
// A question is fetched by one thread of the cache's at a time. An answer is kept for min_interval,
// or until the nextUpdate that it claims if that is sooner; after a failure the next fetch waits
// for a minute at first (or min_interval, if that is shorter) and twice as long each time, up to
// min_interval. While a useful answer that has not expired is held, nobody waits for a new one.
//
// Bounded in threads, entries and bytes. What has not been asked for within its min_interval makes
// room; without room a question fails with the reason resources rather than being fetched time and
// again. Nothing is verified here. Safe from any thread; the destructor calls off what is being
// fetched and waits for it. No thread exists before the first fetch.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "core/net/deadline.h"
#include "core/revocation/ca_answer.h"

namespace stapling {

struct AnswerCacheLimits {
  std::size_t threads = 16;
  std::size_t entries = 10'000;
  std::size_t bytes = std::size_t{512} * 1024 * 1024;
};

// Null members: there is none.
struct CaFinding {
  std::shared_ptr<const CaAnswer> latest;  // of the last fetch that ended in time, good or bad
  std::shared_ptr<const CaAnswer> held;    // the last useful one, perhaps the same
};

struct AnswerCacheStats {
  struct Fetches {
    std::uint64_t successes = 0;
    std::uint64_t failures = 0;
  };
  Fetches ocsp;
  Fetches crl;
  std::uint64_t hits = 0;    // questions answered from what was held
  std::uint64_t misses = 0;  // questions that had to wait for a fetch
  std::size_t entries = 0;
  std::size_t bytes = 0;
  std::chrono::seconds oldest{0};  // age of the oldest answer; 0: there is none
};

class AnswerCache {
 public:
  using Clock = std::chrono::steady_clock;
  using Now = std::function<Clock::time_point()>;

  explicit AnswerCache(AnswerCacheLimits limits = {}, Now now = Clock::now);
  ~AnswerCache();
  AnswerCache(const AnswerCache&) = delete;
  AnswerCache& operator=(const AnswerCache&) = delete;

  // Has it fetched if that is due, and does not wait.
  void Start(const CaQuestion& question, std::chrono::sys_seconds now);

  // Waits up to the deadline where nothing valid is held. `now` is the wall clock's.
  [[nodiscard]] CaFinding Ask(const CaQuestion& question, std::chrono::sys_seconds now,
                              Deadline deadline);

  [[nodiscard]] AnswerCacheStats stats(std::chrono::sys_seconds now) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stapling
