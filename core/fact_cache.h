// Facts that hold whatever the time is, by the digest of exactly what they were found out from.
//
// The same octets come back scrape after scrape; what they prove does not change. Whoever keeps a
// fact here must have found it out from nothing but what the key digests, and must judge by the
// clock anew each time it is found: no verdict that depends on the time belongs here.
//
// Bounded in bytes; what was not asked for the longest makes room. A bound of 0 keeps nothing.
// Safe from any thread; facts are immutable and outlive their place here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "core/x509/sha256.h"

namespace stapling {

struct FactCacheStats {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::size_t entries = 0;
  std::size_t bytes = 0;
};

template <typename Fact>
class FactCache {
 public:
  using FactPtr = std::shared_ptr<const Fact>;

  explicit FactCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Null if it is not kept, or if `holds` says that it is of no use now.
  template <typename Predicate>
  FactPtr Find(const Sha256Digest& key, Predicate holds) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(key);
    if (found == places_.end() || !holds(*found->second->fact)) {
      ++misses_;
      return nullptr;
    }
    ++hits_;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->fact;
  }
  FactPtr Find(const Sha256Digest& key) {
    return Find(key, [](const Fact&) { return true; });
  }

  // In place of what was kept under this key. `bytes` is what the fact takes.
  void Keep(const Sha256Digest& key, FactPtr fact, std::size_t bytes) {
    bytes += kOverhead;
    if (bytes > max_bytes_) return;
    Entries fresh;
    fresh.push_back({key, std::move(fact), bytes});
    Entries dropped;  // is destroyed once the lock is free
    const std::lock_guard lock(mutex_);
    const auto place = places_.try_emplace(key, fresh.begin());
    if (!place.second) {
      bytes_ -= place.first->second->bytes;
      dropped.splice(dropped.begin(), entries_, place.first->second);
      place.first->second = fresh.begin();
    }
    entries_.splice(entries_.begin(), fresh);
    bytes_ += bytes;
    while (bytes_ > max_bytes_) {
      bytes_ -= entries_.back().bytes;
      places_.erase(entries_.back().key);
      dropped.splice(dropped.begin(), entries_, std::prev(entries_.end()));
    }
  }

  void Clear() {
    Entries dropped;  // is destroyed once the lock is free
    const std::lock_guard lock(mutex_);
    dropped.swap(entries_);
    places_.clear();
    bytes_ = 0;
  }

  [[nodiscard]] FactCacheStats stats() const {
    const std::lock_guard lock(mutex_);
    return {.hits = hits_, .misses = misses_, .entries = entries_.size(), .bytes = bytes_};
  }

 private:
  struct Entry {
    Sha256Digest key;
    FactPtr fact;
    std::size_t bytes;
  };
  // A part of a digest is as good a hash as any.
  struct HashOf {
    std::size_t operator()(const Sha256Digest& key) const {
      std::size_t hash = 0;
      std::memcpy(&hash, key.data(), sizeof hash);
      return hash;
    }
  };
  using Entries = std::list<Entry>;

  // What the list, the table and the reference count take of an entry.
  static constexpr std::size_t kOverhead = 192;

  const std::size_t max_bytes_;
  mutable std::mutex mutex_;
  Entries entries_;  // what was asked for last first
  std::unordered_map<Sha256Digest, typename Entries::iterator, HashOf> places_;
  std::size_t bytes_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
};

}  // namespace stapling
