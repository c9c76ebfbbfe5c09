#include "tests/faults/fault_sweep.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace stapling::testing {
namespace {

constexpr std::uint64_t kShortSweep = 5;
constexpr int kMaxComplaints = 10;

// What the system may really answer, the most telling first.
constexpr std::array kFaults{
    Fault{FaultFunction::kSocket, EMFILE},
    Fault{FaultFunction::kConnect, ENETUNREACH},
    Fault{FaultFunction::kConnect, EAGAIN},
    Fault{FaultFunction::kSetsockopt, ENOBUFS},
    Fault{FaultFunction::kGetsockopt, ENOBUFS},
    Fault{FaultFunction::kFcntl, EINVAL},
    Fault{FaultFunction::kAccept4, EMFILE},
    Fault{FaultFunction::kAccept4, ECONNABORTED},
    Fault{FaultFunction::kPoll, ENOMEM},
    Fault{FaultFunction::kPoll, EINTR},
    Fault{FaultFunction::kEpollCtl, ENOSPC},
    Fault{FaultFunction::kEpollWait, EINTR},
    Fault{FaultFunction::kEventfd, EMFILE},
    Fault{FaultFunction::kRead, EINTR},
    Fault{FaultFunction::kRead, EIO},
    Fault{FaultFunction::kWrite, EINTR},
    Fault{FaultFunction::kWrite, EPIPE},
    Fault{FaultFunction::kRecv, EINTR},
    Fault{FaultFunction::kRecv, ECONNRESET},
    Fault{FaultFunction::kRecvfrom, EINTR},
    Fault{FaultFunction::kRecvfrom, ECONNREFUSED},
    Fault{FaultFunction::kSend, EINTR},
    Fault{FaultFunction::kSend, EPIPE},
    Fault{FaultFunction::kSendto, ENETUNREACH},
    Fault{FaultFunction::kSendmsg, EINTR},
    Fault{FaultFunction::kSendmsg, EPIPE},
    Fault{FaultFunction::kOpen, EMFILE},
    Fault{FaultFunction::kFopen, EMFILE},
    Fault{FaultFunction::kStat, EACCES},
    Fault{FaultFunction::kFstat, EIO},
    Fault{FaultFunction::kGetrandom, EINTR},
    Fault{FaultFunction::kPthreadCreate, EAGAIN},
    Fault{FaultFunction::kMalloc, ENOMEM},
    Fault{FaultFunction::kMalloc, ENOMEM, kFromThenOn},
    Fault{FaultFunction::kCalloc, ENOMEM},
    Fault{FaultFunction::kCalloc, ENOMEM, kFromThenOn},
    Fault{FaultFunction::kRealloc, ENOMEM},
    Fault{FaultFunction::kRealloc, ENOMEM, kFromThenOn},
};

std::uint64_t PointsPerFault() {
  const char* text = std::getenv("STAPLING_FAULT_POINTS");
  std::uint64_t points = kShortSweep;
  if (text != nullptr) std::from_chars(text, text + std::string_view(text).size(), points);
  return points;
}

class FaultSweep {
 public:
  FaultSweep(Faults& faults, const FaultScenario& scenario)
      : faults_(faults), scenario_(scenario) {}

  void Run() {
    for (int i = 0; i < 3; ++i) {  // what is done once only is done now
      const std::string complaint = scenario_.recover();
      if (!complaint.empty()) {
        ADD_FAILURE() << scenario_.name << " before anything fails: " << complaint;
        return;
      }
    }
    faults_.Count();
    const std::string complaint = scenario_.act();
    faults_.Disarm();
    EXPECT_EQ(complaint, "") << scenario_.name << " while calls are counted";
    std::array<std::uint64_t, kFaultFunctionCount> calls{};
    for (std::size_t i = 0; i < calls.size(); ++i) {
      calls.at(i) = faults_.Calls(static_cast<FaultFunction>(i));
    }
    for (const Fault& fault : kFaults) {
      Try(fault, calls.at(static_cast<std::size_t>(fault.function)));
    }
  }

 private:
  void Try(const Fault& fault, std::uint64_t calls) {
    if (calls == 0) return;
    const std::uint64_t points = PointsPerFault();
    const std::uint64_t tries = points == 0 ? calls : std::min(points, calls);
    std::uint64_t injected = 0;
    std::uint64_t survived = 0;
    for (std::uint64_t i = 0; i < tries && complaints_ < kMaxComplaints; ++i) {
      // From the first call to the last.
      const std::uint64_t number = tries == 1 ? 1 : 1 + i * (calls - 1) / (tries - 1);
      faults_.Arm(fault, number);
      std::string complaint = scenario_.act();
      faults_.Disarm();
      const std::uint64_t failed = faults_.Injected() > 0 ? 1 : 0;
      injected += failed;
      const bool well = complaint.empty();
      if (well && !scenario_.stateless) complaint = scenario_.recover();
      if (complaint.empty()) {
        survived += failed;
        continue;
      }
      ++complaints_;
      ADD_FAILURE() << scenario_.name << ", " << Describe(fault) << ", call " << number << " of "
                    << calls << (well ? ", afterwards: " : ": ") << complaint << "\nfrom "
                    << faults_.Stack();
      if (scenario_.restart) scenario_.restart();
    }
    std::printf("%-24s %-36s %7llu calls %6llu failed %6llu survived\n", scenario_.name.c_str(),
                Describe(fault).c_str(), static_cast<unsigned long long>(calls),
                static_cast<unsigned long long>(injected),
                static_cast<unsigned long long>(survived));
  }

  Faults& faults_;
  const FaultScenario& scenario_;
  int complaints_ = 0;
};

}  // namespace

void SweepFaults(Faults& faults, const FaultScenario& scenario) {
  FaultSweep(faults, scenario).Run();
}

}  // namespace stapling::testing
