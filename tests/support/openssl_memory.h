// An OpenSSL that finds no memory, at one allocation of the test's choice.
//
// It takes another allocator only before it allocates for the first time, so a program that is
// linked with this gives it one before main(). What is allocated comes from malloc() as before.
#pragma once

namespace stapling::testing {

// While it lives, the allocation by OpenSSL of this number on this thread fails, and no other; the
// next one is number 0. One at a time. The program stops if OpenSSL had allocated too early.
class FailingAllocation {
 public:
  explicit FailingAllocation(unsigned number);
  ~FailingAllocation();
  FailingAllocation(const FailingAllocation&) = delete;
  FailingAllocation& operator=(const FailingAllocation&) = delete;

  [[nodiscard]] bool failed() const;  // there was such an allocation
};

}  // namespace stapling::testing
