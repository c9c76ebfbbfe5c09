#include "core/net/connection.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <ostream>

#include "tests/support/free_port.h"
#include "tests/support/rude_server.h"
#include "tests/support/socket.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const auto kName = [](const auto& info) { return info.param.name; };

IpAddress Address(const char* text) { return *IpAddress::Parse(text); }
Deadline Patient() { return Deadline::After(10s); }

Failure FailureOf(const std::variant<FileDescriptor, Failure>& outcome) {
  if (const auto* failure = std::get_if<Failure>(&outcome)) return *failure;
  ADD_FAILURE() << "it connected";
  return {Phase::kJudge, Reason::kInternal, ""};
}

std::string Words(const Failure& failure) {
  return std::string(Describe(failure.phase).label) + " " +
         std::string(Describe(failure.reason).label);
}

TEST(ConnectTest, GivesAConnectedSocketThatDoesNotBlock) {
  const Socket listener = ListenTcp("127.0.0.1", 0).value();
  const auto connected = Connect(Address("127.0.0.1"), LocalPort(listener), {}, Patient());
  const auto* socket = std::get_if<FileDescriptor>(&connected);
  ASSERT_NE(socket, nullptr);
  EXPECT_NE(fcntl(socket->get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(fcntl(socket->get(), F_GETFD) & FD_CLOEXEC, 0);
  int no_delay = 0;
  socklen_t size = sizeof no_delay;
  ASSERT_EQ(getsockopt(socket->get(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &size), 0);
  EXPECT_EQ(no_delay, 1);
  char octet = 0;
  EXPECT_EQ(recv(socket->get(), &octet, 1, 0), -1);
  EXPECT_EQ(errno, EAGAIN);
}

TEST(ConnectTest, SpeaksIp6) {
  const auto listener = ListenTcp("::1", 0);
  ASSERT_TRUE(listener) << listener.error();
  const auto connected = Connect(Address("::1"), LocalPort(*listener), {}, Patient());
  EXPECT_TRUE(std::holds_alternative<FileDescriptor>(connected));
}

TEST(ConnectTest, ComesFromTheSourceAddress) {
  const Socket listener = ListenTcp("127.0.0.1", 0).value();
  const auto connected =
      Connect(Address("127.0.0.1"), LocalPort(listener), Address("127.0.0.9"), Patient());
  ASSERT_TRUE(std::holds_alternative<FileDescriptor>(connected));
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  auto* const generic = reinterpret_cast<sockaddr*>(&peer);
  const Socket accepted(accept(listener.get(), generic, &size));
  ASSERT_TRUE(accepted.valid());
  EXPECT_EQ(IpAddress::From(*generic), Address("127.0.0.9"));
}

TEST(ConnectTest, AClosedPortRefuses) {
  const Failure failure = FailureOf(Connect(Address("127.0.0.1"), FreePort(), {}, Patient()));
  EXPECT_EQ(Words(failure), "connect refused");
  EXPECT_EQ(failure.detail, "Connection refused");
}

TEST(ConnectTest, AFullBacklogTimesOutAtTheDeadline) {
  const auto full = FullBacklog::Start();
  ASSERT_TRUE(full.ok()) << full.error();
  const auto start = Clock::now();
  const Failure failure =
      FailureOf(Connect(Address("127.0.0.1"), (*full)->port(), {}, Deadline::After(200ms)));
  EXPECT_EQ(Words(failure), "connect timeout");
  EXPECT_GE(Clock::now() - start, 200ms);
  EXPECT_LT(Clock::now() - start, 2s);
}

TEST(ConnectTest, APassedDeadlineDoesNotWait) {
  const auto full = FullBacklog::Start();
  ASSERT_TRUE(full.ok()) << full.error();
  const auto start = Clock::now();
  const Failure failure =
      FailureOf(Connect(Address("127.0.0.1"), (*full)->port(), {}, Deadline::After(0s)));
  EXPECT_EQ(Words(failure), "connect timeout");
  EXPECT_LT(Clock::now() - start, 1s);
}

TEST(ConnectTest, ASourceAddressThatIsNotOursReachesNothing) {
  const Socket listener = ListenTcp("127.0.0.1", 0).value();
  const Failure failure = FailureOf(
      Connect(Address("127.0.0.1"), LocalPort(listener), Address("192.0.2.1"), Patient()));
  EXPECT_EQ(Words(failure), "connect unreachable");
}

TEST(ConnectTest, ASourceAddressOfTheOtherFamilyReachesNothing) {
  const Socket listener = ListenTcp("127.0.0.1", 0).value();
  const Failure failure =
      FailureOf(Connect(Address("127.0.0.1"), LocalPort(listener), Address("::1"), Patient()));
  EXPECT_EQ(Words(failure), "connect unreachable");
}

TEST(ConnectTest, ABroadcastAddressIsNoPeer) {
  const Failure failure = FailureOf(Connect(Address("255.255.255.255"), 443, {}, Patient()));
  EXPECT_EQ(Words(failure), "connect unreachable");
}

struct ReasonRow {
  std::string name;
  int error_number;
  Reason reason;
};
std::ostream& operator<<(std::ostream& out, const ReasonRow& row) { return out << row.name; }

class ReasonOfTest : public ::testing::TestWithParam<ReasonRow> {};
TEST_P(ReasonOfTest, IsTheWordForIt) {
  EXPECT_EQ(Describe(ReasonOf(GetParam().error_number)).label, Describe(GetParam().reason).label);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ReasonOfTest,
    ::testing::Values(ReasonRow{"refused", ECONNREFUSED, Reason::kRefused},
                      ReasonRow{"reset", ECONNRESET, Reason::kReset},
                      ReasonRow{"aborted", ECONNABORTED, Reason::kReset},
                      ReasonRow{"broken_pipe", EPIPE, Reason::kClosed},
                      ReasonRow{"kernel_timeout", ETIMEDOUT, Reason::kTimeout},
                      ReasonRow{"no_network", ENETUNREACH, Reason::kUnreachable},
                      ReasonRow{"no_host", EHOSTUNREACH, Reason::kUnreachable},
                      ReasonRow{"firewall", EACCES, Reason::kUnreachable},
                      ReasonRow{"firewall_of_ours", EPERM, Reason::kUnreachable},
                      ReasonRow{"descriptors_of_the_process", EMFILE, Reason::kResources},
                      ReasonRow{"descriptors_of_the_host", ENFILE, Reason::kResources},
                      ReasonRow{"memory", ENOMEM, Reason::kResources},
                      ReasonRow{"buffers", ENOBUFS, Reason::kResources},
                      ReasonRow{"bad_descriptor", EBADF, Reason::kInternal}),
    kName);

// Both ends of a connection within the kernel.
class WaitForTest : public ::testing::Test {
 protected:
  WaitForTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    ours_ = FileDescriptor(ends[0]);
    theirs_ = FileDescriptor(ends[1]);
  }
  FileDescriptor ours_;
  FileDescriptor theirs_;
};

TEST_F(WaitForTest, WhatIsThereIsReadyEvenAfterTheDeadline) {
  EXPECT_EQ(WaitFor(ours_.get(), POLLOUT, Deadline::After(0s)), Ready::kReady);
  ASSERT_EQ(write(theirs_.get(), "x", 1), 1);
  EXPECT_EQ(WaitFor(ours_.get(), POLLIN, Deadline::After(0s)), Ready::kReady);
}

TEST_F(WaitForTest, AHangUpIsReady) {
  theirs_.Reset();
  EXPECT_EQ(WaitFor(ours_.get(), POLLIN, Patient()), Ready::kReady);
}

TEST_F(WaitForTest, NothingTimesOutNoEarlierThanTheDeadline) {
  const auto start = Clock::now();
  EXPECT_EQ(WaitFor(ours_.get(), POLLIN, Deadline::After(50ms)), Ready::kTimeout);
  EXPECT_GE(Clock::now() - start, 50ms);
  EXPECT_LT(Clock::now() - start, 2s);
}

}  // namespace
}  // namespace stapling::testing
