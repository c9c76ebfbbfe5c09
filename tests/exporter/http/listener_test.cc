#include "exporter/http/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <utility>

#include "tests/exporter/http/client.h"

namespace stapling::exporter {
namespace {

using ::stapling::testing::Client;

TEST(Listener, EveryAddressTakesIpv4) {
  const auto listener = OpenListener({.host = "", .port = 0});
  ASSERT_TRUE(listener) << listener.error();
  EXPECT_NE(listener->address.port, 0);
  EXPECT_TRUE(Client(listener->address.port).connected());
}

TEST(Listener, TellsTheLiteralAndThePort) {
  const auto listener = OpenListener({.host = "localhost", .port = 0});
  ASSERT_TRUE(listener) << listener.error();
  EXPECT_EQ(listener->address.host, "127.0.0.1");
  EXPECT_NE(listener->address.port, 0);
}

TEST(Listener, NeverSharesAPort) {
  const auto first = OpenListener({.host = "127.0.0.1", .port = 0});
  ASSERT_TRUE(first) << first.error();
  const auto second = OpenListener(first->address);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), "cannot listen on " + ToString(first->address) +
                                ": another process is listening there");
}

TEST(Listener, TakesAPortAgainAfterItsConnectionsEnded) {
  ListenAddress address;
  {
    const auto first = OpenListener({.host = "127.0.0.1", .port = 0});
    ASSERT_TRUE(first) << first.error();
    address = first->address;
    ASSERT_TRUE(Client(address.port).connected());
  }
  EXPECT_TRUE(OpenListener(address));
}

TEST(Listener, RefusesAForeignAddress) {
  const auto listener = OpenListener({.host = "192.0.2.1", .port = 1});
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error(), "cannot listen on 192.0.2.1:1: Cannot assign requested address");
}

TEST(Listener, RefusesAnUnknownName) {
  const auto listener = OpenListener({.host = "no-such-host.invalid", .port = 1});
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().find("cannot listen on no-such-host.invalid:1: "), 0U);
}

// The queue of what was not accepted yet, as the kernel tells it of a socket that listens.
std::uint32_t BacklogOf(int socket) {
  tcp_info info{};
  socklen_t length = sizeof(info);
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return 0;
  return info.tcpi_sacked;
}

TEST(AdoptListener, TakesAddressAndGivesBacklog) {
  auto passed = OpenListener({.host = "127.0.0.1", .port = 0});
  ASSERT_TRUE(passed) << passed.error();
  ASSERT_EQ(listen(passed->socket.get(), 5), 0);
  ASSERT_EQ(BacklogOf(passed->socket.get()), 5U);
  ASSERT_EQ(fcntl(passed->socket.get(), F_SETFL, 0), 0);
  const auto listener = AdoptListener(std::move(passed->socket));
  ASSERT_TRUE(listener) << listener.error();
  EXPECT_EQ(ToString(listener->address), ToString(passed->address));
  std::uint32_t most = 0;
  std::ifstream("/proc/sys/net/core/somaxconn") >> most;
  EXPECT_EQ(BacklogOf(listener->socket.get()), std::min(4096U, most));
  EXPECT_NE(fcntl(listener->socket.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(AddressOf, ShowsMappedIpv4AsIpv4) {
  sockaddr_storage storage{};
  auto* ipv6 = reinterpret_cast<sockaddr_in6*>(&storage);
  ipv6->sin6_family = AF_INET6;
  ipv6->sin6_port = htons(7);
  inet_pton(AF_INET6, "::ffff:192.0.2.1", &ipv6->sin6_addr);
  EXPECT_EQ(ToString(AddressOf(storage)), "192.0.2.1:7");
  inet_pton(AF_INET6, "2001:db8::1", &ipv6->sin6_addr);
  EXPECT_EQ(ToString(AddressOf(storage)), "[2001:db8::1]:7");
}

}  // namespace
}  // namespace stapling::exporter
