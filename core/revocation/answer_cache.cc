#include "core/revocation/answer_cache.h"

#include <openssl/err.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/net/file_descriptor.h"

namespace stapling {
namespace {

using std::chrono::milliseconds;
using std::chrono::sys_seconds;

constexpr milliseconds kFirstRetry = std::chrono::minutes(1);
constexpr unsigned kMaxDoublings = 20;

Phase PhaseOf(CaScheme scheme) {
  return scheme == CaScheme::kOcsp ? Phase::kResponder : Phase::kCrl;
}

std::shared_ptr<const CaAnswer> NoRoom(const CaQuestion& question, sys_seconds now) {
  CaAnswer answer;
  answer.failure =
      Failure{PhaseOf(question.scheme), Reason::kResources, "the cache of CAs' answers is full"};
  answer.at = now;
  return std::make_shared<const CaAnswer>(std::move(answer));
}

// Made before memory runs out.
std::shared_ptr<const CaAnswer> OutOfMemory(Phase phase) {
  CaAnswer answer;
  answer.failure = Failure{phase, Reason::kResources, "out of memory"};
  return std::make_shared<const CaAnswer>(std::move(answer));
}

bool IsValidAt(const std::shared_ptr<const CaAnswer>& answer, sys_seconds now) {
  return answer && (!answer->next_update || *answer->next_update > now);
}

}  // namespace

class AnswerCache::Impl {
 public:
  Impl(AnswerCacheLimits limits, Now now) : limits_(limits), clock_(std::move(now)) {}

  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      queue_.clear();
    }
    eventfd_write(stop_.get(), 1);
    work_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // The entry, with a fetch under way if one is due. Null: there is no room for it.
  struct Entry;
  std::shared_ptr<Entry> Touch(const CaQuestion& question, sys_seconds now);

  void Start(const CaQuestion& question, sys_seconds now) {
    const std::lock_guard lock(mutex_);
    Touch(question, now);
  }

  CaFinding Ask(const CaQuestion& question, sys_seconds now, Deadline deadline) {
    std::unique_lock lock(mutex_);
    const auto entry = Touch(question, now);
    if (entry == nullptr) return {.latest = NoRoom(question, now), .held = nullptr};
    if (!entry->fetching || IsValidAt(entry->held, now)) {
      ++stats_.hits;
      return {entry->latest, entry->held};
    }
    ++stats_.misses;
    const bool in_time =
        done_.wait_for(lock, deadline.Remaining(), [&] { return !entry->fetching; });
    return {in_time ? entry->latest : nullptr, entry->held};
  }

  AnswerCacheStats Stats(sys_seconds now) const {
    const std::lock_guard lock(mutex_);
    AnswerCacheStats stats = stats_;
    stats.entries = entries_.size();
    stats.bytes = bytes_;
    for (const auto& [key, entry] : entries_) {
      if (entry->held) stats.oldest = std::max(stats.oldest, now - entry->held->at);
    }
    return stats;
  }

  struct Entry {
    std::shared_ptr<const CaAnswer> latest;
    std::shared_ptr<const CaAnswer> held;
    bool fetching = false;
    unsigned failures = 0;  // in a row
    milliseconds min_interval{0};
    Clock::time_point fetched;
    Clock::time_point asked;
    std::size_t bytes = 0;
  };

 private:
  struct Job {
    std::shared_ptr<Entry> entry;
    CaQuestion question;
    sys_seconds now;
  };

  // All but Run, Work and Fetch with the lock held.
  [[nodiscard]] bool IsDue(const Entry& entry, sys_seconds now) const {
    if (!entry.latest) return true;
    const milliseconds retry = std::min(kFirstRetry, entry.min_interval);
    const auto elapsed = clock_() - entry.fetched;
    if (entry.failures > 0) {
      const auto wait = retry * (1U << std::min(entry.failures - 1, kMaxDoublings));
      return elapsed >= std::min<milliseconds>(wait, entry.min_interval);
    }
    return elapsed >= (IsValidAt(entry.held, now) ? entry.min_interval : retry);
  }

  // Entries that nobody asked for within their interval go, until there is room.
  bool MakeRoom(std::size_t entries, std::size_t bytes) {
    const auto full = [&] {
      return entries_.size() + entries > limits_.entries || bytes_ + bytes > limits_.bytes;
    };
    const auto now = clock_();
    for (auto each = entries_.begin(); each != entries_.end() && full();) {
      const Entry& entry = *each->second;
      if (entry.fetching || now - entry.asked <= entry.min_interval) {
        ++each;
        continue;
      }
      bytes_ -= entry.bytes;
      each = entries_.erase(each);
    }
    return !full();
  }

  // As many threads as there is work for, up to the bound.
  void Employ() {
    if (idle_ >= queue_.size() || threads_.size() >= limits_.threads) {
      work_.notify_one();
      return;
    }
    try {
      threads_.emplace_back([this] { Work(); });
    } catch (const std::system_error&) {
      work_.notify_one();  // those that there are will come to it, or who is made next
    } catch (const std::bad_alloc&) {
      work_.notify_one();
    }
  }

  void Work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++idle_;
      work_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      --idle_;
      if (stopping_) return;
      Job job = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      auto answer = Fetch(job);
      lock.lock();
      try {
        Keep(job, std::move(answer));
      } catch (const std::bad_alloc&) {
        Keep(job, NoMemoryFor(job));  // which needs none
      }
      done_.notify_all();
    }
  }

  [[nodiscard]] const std::shared_ptr<const CaAnswer>& NoMemoryFor(const Job& job) const {
    return job.question.scheme == CaScheme::kOcsp ? no_memory_for_ocsp_ : no_memory_for_crl_;
  }

  [[nodiscard]] std::shared_ptr<const CaAnswer> Fetch(const Job& job) const {
    try {
      return std::make_shared<const CaAnswer>(
          job.question.fetch(Deadline::After(job.question.patience).CalledOffBy(stop_.get())));
    } catch (const std::bad_alloc&) {
      ERR_clear_error();  // the thread's next fetch is not held to it
      return NoMemoryFor(job);
    }
  }

  void Keep(const Job& job, std::shared_ptr<const CaAnswer> answer) {
    Entry& entry = *job.entry;
    entry.fetched = clock_();
    AnswerCacheStats::Fetches& fetches =
        job.question.scheme == CaScheme::kOcsp ? stats_.ocsp : stats_.crl;
    ++(answer->failure ? fetches.failures : fetches.successes);
    // A failure leaves what is held.
    const std::size_t bytes = answer->memory_bytes();
    const std::size_t freed = answer->useful ? entry.bytes : 0;
    bytes_ -= freed;
    if (!MakeRoom(0, bytes)) {
      bytes_ += freed;
      answer = NoRoom(job.question, job.now);
    } else if (answer->useful) {
      bytes_ += bytes;
      entry.bytes = bytes;
      entry.held = answer;
    }
    entry.failures = answer->useful ? 0 : entry.failures + 1;
    entry.latest = std::move(answer);
    entry.fetching = false;  // last: until then it is not let go
  }

  const AnswerCacheLimits limits_;
  const Now clock_;
  const FileDescriptor stop_{eventfd(0, EFD_CLOEXEC)};
  const std::shared_ptr<const CaAnswer> no_memory_for_ocsp_ = OutOfMemory(Phase::kResponder);
  const std::shared_ptr<const CaAnswer> no_memory_for_crl_ = OutOfMemory(Phase::kCrl);
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable done_;
  bool stopping_ = false;
  std::size_t idle_ = 0;
  std::size_t bytes_ = 0;
  std::deque<Job> queue_;
  std::vector<std::thread> threads_;
  std::unordered_map<std::string, std::shared_ptr<Entry>> entries_;
  AnswerCacheStats stats_;
};

std::shared_ptr<AnswerCache::Impl::Entry> AnswerCache::Impl::Touch(const CaQuestion& question,
                                                                   sys_seconds now) {
  auto found = entries_.find(question.key);
  if (found == entries_.end()) {
    if (!MakeRoom(1, 0)) return nullptr;
    found = entries_.emplace(question.key, std::make_shared<Entry>()).first;
  }
  const std::shared_ptr<Entry>& entry = found->second;
  entry->asked = clock_();
  entry->min_interval = question.min_interval;
  if (!entry->fetching && IsDue(*entry, now)) {
    queue_.push_back({entry, question, now});
    entry->fetching = true;
  }
  // Also for what found no thread when it came.
  if (!queue_.empty()) Employ();
  return entry;
}

AnswerCache::AnswerCache(AnswerCacheLimits limits, Now now)
    : impl_(std::make_unique<Impl>(limits, std::move(now))) {}
AnswerCache::~AnswerCache() = default;

void AnswerCache::Start(const CaQuestion& question, sys_seconds now) {
  impl_->Start(question, now);
}

CaFinding AnswerCache::Ask(const CaQuestion& question, sys_seconds now, Deadline deadline) {
  return impl_->Ask(question, now, deadline);
}

AnswerCacheStats AnswerCache::stats(sys_seconds now) const { return impl_->Stats(now); }

}  // namespace stapling
