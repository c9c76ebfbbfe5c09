// Has calls of a program fail: the test's side of fault_control.h.
//
//   Faults faults;
//   auto exporter = Exporter::Start(configuration, {}, faults.Environment());
//   faults.Arm({FaultFunction::kMalloc, ENOMEM}, 17);
//   ... the 17th malloc of the exporter from now on fails ...
//   faults.Disarm();
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tests/faults/fault_control.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {

// One way in which a function fails.
struct Fault {
  FaultFunction function;
  int error;
  std::uint64_t span = 1;  // so many calls in a row
};
inline constexpr std::uint64_t kFromThenOn = std::numeric_limits<std::uint32_t>::max();

// "malloc(ENOMEM)", "malloc(ENOMEM) and all after it".
std::string Describe(const Fault& fault);

class Faults {
 public:
  Faults();
  ~Faults();
  Faults(const Faults&) = delete;
  Faults& operator=(const Faults&) = delete;

  // Of the program that is to fail.
  [[nodiscard]] std::vector<std::string> Environment() const;

  // Counts from now on, and fails nothing.
  void Count();
  // The `number`-th call from now on fails.
  void Arm(const Fault& fault, std::uint64_t number);
  void Disarm();
  // For programs that end by themselves: what follows begins with their main().
  void FromMain(bool from_main);

  [[nodiscard]] std::uint64_t Calls(FaultFunction function) const;
  [[nodiscard]] std::uint64_t Injected() const;
  // Who made the first call that failed: "module symbol < module symbol < ...".
  [[nodiscard]] std::string Stack() const;

 private:
  TempDir directory_;
  FaultControl* control_;
};

}  // namespace stapling::testing
