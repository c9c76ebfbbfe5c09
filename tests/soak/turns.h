// Counts what a server that changes has shown so far, so that whoever probes it meanwhile knows
// what it may have seen. One thread takes turns; any may ask.
#pragma once

#include <atomic>
#include <cstddef>

namespace stapling::testing {

class Turns {
 public:
  // `show` makes the server show its n-th face, from 1 on; it starts with its 0th.
  template <typename Show>
  void Take(Show show) {
    const std::size_t next = ++begun_;
    show(next);
    settled_ = next;
  }

  // A connection that starts now sees at the earliest the one, and one that has ended saw at the
  // latest the other.
  [[nodiscard]] std::size_t settled() const { return settled_; }
  [[nodiscard]] std::size_t begun() const { return begun_; }

 private:
  std::atomic<std::size_t> begun_ = 0;
  std::atomic<std::size_t> settled_ = 0;
};

}  // namespace stapling::testing
