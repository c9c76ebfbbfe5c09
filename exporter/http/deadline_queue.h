// DeadlineQueue: which connection's time runs out next. At most one instant for each.
//
// Logarithmic in the number of connections. Not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace stapling::exporter {

class DeadlineQueue {
 public:
  using Clock = std::chrono::steady_clock;
  using Key = std::uint64_t;

  struct Entry {
    Clock::time_point when;
    Key key;
  };

  void Set(Key key, Clock::time_point when) {
    Clear(key);
    when_.emplace(key, when);
    order_.emplace(when, key);
  }

  void Clear(Key key) {
    const auto entry = when_.find(key);
    if (entry == when_.end()) return;
    order_.erase({entry->second, key});
    when_.erase(entry);
  }

  [[nodiscard]] std::optional<Entry> Earliest() const {
    if (order_.empty()) return std::nullopt;
    return Entry{.when = order_.begin()->first, .key = order_.begin()->second};
  }

 private:
  std::unordered_map<Key, Clock::time_point> when_;
  std::set<std::pair<Clock::time_point, Key>> order_;
};

}  // namespace stapling::exporter
