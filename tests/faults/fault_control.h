// What the injector within a program and the test that drives it share: a file that both map.
//
// The test says which call is to fail and arms; the injector counts while it is armed, fails the
// calls that are due and tells where the first of them came from. Lock-free atomics only, zero at
// first: it is used from any thread and from within malloc.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stapling::testing {

// The functions that can be made to fail; kFaultFunctionNames has them in this order.
enum class FaultFunction : std::uint32_t {
  kSocket,
  kConnect,
  kSetsockopt,
  kGetsockopt,
  kFcntl,
  kAccept4,
  kPoll,
  kEpollCtl,
  kEpollWait,
  kEventfd,
  kRead,
  kWrite,
  kRecv,
  kRecvfrom,
  kSend,
  kSendto,
  kSendmsg,
  kOpen,
  kFopen,
  kStat,
  kFstat,
  kGetrandom,
  kPthreadCreate,
  kMalloc,
  kCalloc,
  kRealloc,
};
inline constexpr std::size_t kFaultFunctionCount = 26;
inline constexpr std::array<std::string_view, kFaultFunctionCount> kFaultFunctionNames = {
    "socket",    "connect",        "setsockopt", "getsockopt", "fcntl",  "accept4", "poll",
    "epoll_ctl", "epoll_wait",     "eventfd",    "read",       "write",  "recv",    "recvfrom",
    "send",      "sendto",         "sendmsg",    "open",       "fopen",  "stat",    "fstat",
    "getrandom", "pthread_create", "malloc",     "calloc",     "realloc"};

// Names the file; without it the injector does nothing.
inline constexpr const char* kFaultFileVariable = "STAPLING_FAULT_FILE";

struct FaultFrame {
  std::array<char, 48> module;  // the file that holds the code, without its directory
  std::array<char, 80> symbol;  // empty where it is not known
  std::uint64_t offset;         // in the module, as addr2line takes it
};

struct FaultControl {
  std::atomic<std::uint32_t> armed;
  std::atomic<std::uint32_t> arm_at_main;  // as soon as main begins
  std::atomic<std::uint32_t> function;     // index of the function to fail
  std::atomic<std::int32_t> error;         // errno that it leaves
  std::atomic<std::uint64_t> first;        // the call that fails, from 1; 0: none does
  std::atomic<std::uint64_t> span;         // and how many in a row
  std::array<std::atomic<std::uint64_t>, kFaultFunctionCount> calls;  // while armed
  std::atomic<std::uint64_t> injected;
  std::atomic<std::uint32_t> depth;  // of `stack`
  std::array<FaultFrame, 48> stack;  // of the first call that was failed, innermost first
};

}  // namespace stapling::testing
