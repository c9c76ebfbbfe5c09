// The probes of late, for the page, /logs and /staple.
//
// Bounded twice: in number and in bytes. A successful probe that is too old is forgotten; a failed
// one is set aside, as many again, so that a thousand healthy scrapes do not wash out the one that
// a person will ask about, by their number or by their bytes. Nor does a target that always fails:
// of those set aside that failed in the same way, the newest stays. Ids are random: knowing one
// says nothing about another.
//
// Threads: every function from any thread, each under one short lock. Entries are immutable.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/failure.h"
#include "core/ocsp/verdict.h"
#include "exporter/exit_status.h"

namespace stapling::exporter {

struct HistoryEntry {
  std::string id;  // of the history; 32 hexadecimal digits
  std::string target;
  std::string module;
  std::string hostname;  // as asked for; empty: the target's own
  std::chrono::sys_seconds time;
  std::chrono::duration<double> duration{};
  bool success = false;
  // Of the staple that is behind the failure; where the probe succeeded, of the leaf's.
  std::optional<Verdict> verdict;
  // Of that staple, else of the leaf's; the least, counted from `time`.
  std::optional<std::chrono::seconds> remaining;
  std::optional<Failure> failure;
  ExitStatus status = ExitStatus::kGood;  // that `check` would end with
  std::string concern;   // in one word, where the probe succeeded and the status is not good
  std::string reason;    // one sentence
  std::string remedy;    // the next step to take; may be empty
  std::string log;       // lines
  std::string metrics;   // as they were returned
  std::string evidence;  // see evidence.h; may be empty

  [[nodiscard]] std::size_t Bytes() const;
};

class History {
 public:
  static constexpr std::size_t kDefaultMaxBytes = std::size_t{8} * 1024 * 1024;

  // `limit` entries, and as many failed ones on top; 0 keeps nothing.
  explicit History(std::size_t limit, std::size_t max_bytes = kDefaultMaxBytes);

  // Gives the entry an id and returns it; empty where nothing is kept. An entry larger than an
  // eighth of the bytes loses its log and metrics, and if that is not enough its evidence.
  std::string Add(HistoryEntry entry);

  // The newest first, those set aside last.
  [[nodiscard]] std::vector<std::shared_ptr<const HistoryEntry>> Recent() const;

  // nullptr if it is unknown, or forgotten.
  [[nodiscard]] std::shared_ptr<const HistoryEntry> Find(const std::string& id) const;

 private:
  using EntryPtr = std::shared_ptr<const HistoryEntry>;

  void Evict();
  void Retire();  // the oldest of recent_
  void SetAside(EntryPtr failure);
  void DropOldest(std::deque<EntryPtr>& entries);

  const std::size_t limit_;
  const std::size_t max_bytes_;
  mutable std::mutex mutex_;
  std::size_t bytes_ = 0;          // guarded by mutex_
  std::deque<EntryPtr> recent_;    // guarded by mutex_; oldest first
  std::deque<EntryPtr> failures_;  // guarded by mutex_; oldest first, no longer in recent_
};

}  // namespace stapling::exporter
