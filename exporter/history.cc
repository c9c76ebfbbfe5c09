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

constexpr std::size_t kLargestShare = 8;  // an eighth of the bytes

bool FailedAlike(const HistoryEntry& a, const HistoryEntry& b) {
  const auto cause = [](const HistoryEntry& entry) {
    return entry.failure ? std::optional(std::pair(entry.failure->phase, entry.failure->reason))
                         : std::nullopt;
  };
  return a.target == b.target && a.module == b.module && a.hostname == b.hostname &&
         a.verdict == b.verdict && cause(a) == cause(b);
}

}  // namespace

std::size_t HistoryEntry::Bytes() const {
  return sizeof(HistoryEntry) + id.size() + target.size() + module.size() + hostname.size() +
         concern.size() + reason.size() + remedy.size() + log.size() + metrics.size() +
         evidence.size() + (failure ? failure->detail.size() : 0);
}

History::History(std::size_t limit, std::size_t max_bytes) : limit_(limit), max_bytes_(max_bytes) {}

std::string History::Add(HistoryEntry entry) {
  if (limit_ == 0) return {};
  const std::size_t largest = max_bytes_ / kLargestShare;
  if (entry.Bytes() > largest) {
    entry.log = "The log was too large to keep.\n";
    entry.metrics.clear();
  }
  if (entry.Bytes() > largest && !entry.evidence.empty()) {
    entry.evidence = "The evidence was too large to keep.\n";
  }
  std::string id = RandomId();
  entry.id = id;
  auto shared = std::make_shared<const HistoryEntry>(std::move(entry));

  const std::lock_guard lock(mutex_);
  bytes_ += shared->Bytes();
  recent_.push_back(std::move(shared));
  Evict();
  return id;
}

// The newest is always kept; beyond it any failure is worth more than a success.
void History::Evict() {
  while (recent_.size() > limit_) Retire();
  const auto succeeded = [](const EntryPtr& entry) { return entry->success; };
  while (bytes_ > max_bytes_ && std::any_of(recent_.begin(), recent_.end() - 1, succeeded)) {
    while (!recent_.front()->success) Retire();
    Retire();
  }
  while (failures_.size() > limit_) DropOldest(failures_);
  while (bytes_ > max_bytes_ && !failures_.empty()) DropOldest(failures_);
  while (bytes_ > max_bytes_ && !recent_.empty()) DropOldest(recent_);
}

void History::Retire() {
  if (recent_.front()->success) {
    DropOldest(recent_);
  } else {
    SetAside(std::move(recent_.front()));
    recent_.pop_front();
  }
}

void History::SetAside(EntryPtr failure) {
  const auto same = [&failure](const EntryPtr& older) { return FailedAlike(*older, *failure); };
  const auto older = std::find_if(failures_.begin(), failures_.end(), same);
  if (older != failures_.end()) {
    bytes_ -= (*older)->Bytes();
    failures_.erase(older);
  }
  failures_.push_back(std::move(failure));
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
