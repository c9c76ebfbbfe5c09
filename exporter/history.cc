#include "exporter/history.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "core/x509/text.h"

namespace stapling::exporter {
namespace {

// Without randomness an id could be guessed: a broken invariant of the system.
std::string RandomId() {
  std::array<std::uint8_t, 16> octets{};
  ssize_t count = 0;
  do {
    count = getrandom(octets.data(), octets.size(), 0);
  } while (count < 0 && errno == EINTR);
  if (count != static_cast<ssize_t>(octets.size())) std::abort();
  return ToHex(octets);
}

}  // namespace

std::size_t HistoryEntry::Bytes() const {
  return sizeof(HistoryEntry) + id.size() + target.size() + module.size() + hostname.size() +
         reason.size() + log.size() + metrics.size() + (failure ? failure->detail.size() : 0);
}

History::History(std::size_t limit, std::size_t max_bytes) : limit_(limit), max_bytes_(max_bytes) {}

void History::Add(HistoryEntry entry) {
  if (limit_ == 0) return;
  constexpr std::size_t kLargestShare = 8;
  if (entry.Bytes() > max_bytes_ / kLargestShare) {
    entry.log = "The log was too large to keep.\n";
    entry.metrics.clear();
  }
  entry.id = RandomId();
  auto shared = std::make_shared<const HistoryEntry>(std::move(entry));

  const std::lock_guard lock(mutex_);
  bytes_ += shared->Bytes();
  recent_.push_back(std::move(shared));
  Evict();
}

void History::Evict() {
  while (recent_.size() > limit_) {
    if (recent_.front()->success) {
      DropOldest(recent_);
    } else {
      failures_.push_back(std::move(recent_.front()));
      recent_.pop_front();
    }
  }
  while (failures_.size() > limit_) DropOldest(failures_);
  while (bytes_ > max_bytes_ && !failures_.empty()) DropOldest(failures_);
  while (bytes_ > max_bytes_ && !recent_.empty()) DropOldest(recent_);
}

void History::DropOldest(std::deque<EntryPtr>& entries) {
  bytes_ -= entries.front()->Bytes();
  entries.pop_front();
}

std::vector<std::shared_ptr<const HistoryEntry>> History::Recent() const {
  const std::lock_guard lock(mutex_);
  std::vector<EntryPtr> newest_first(recent_.rbegin(), recent_.rend());
  newest_first.insert(newest_first.end(), failures_.rbegin(), failures_.rend());
  return newest_first;
}

std::shared_ptr<const HistoryEntry> History::Find(const std::string& id) const {
  const auto is_it = [&id](const EntryPtr& entry) { return entry->id == id; };
  const std::lock_guard lock(mutex_);
  for (const auto* entries : {&recent_, &failures_}) {
    const auto found = std::find_if(entries->begin(), entries->end(), is_it);
    if (found != entries->end()) return *found;
  }
  return nullptr;
}

}  // namespace stapling::exporter
