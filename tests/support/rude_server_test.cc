#include "tests/support/rude_server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "tests/support/dns_server.h"
#include "tests/support/standard_pki.h"
#include "tests/support/test_client.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {
namespace {

using std::chrono::milliseconds;

struct RudeCase {
  const char* name;
  RudeBehaviour behaviour;
  const char* error;     // part of OpenSSL's words; empty: none
  int system_error = 0;  // checked unless 0
  milliseconds timeout = std::chrono::seconds(5);
};

void PrintTo(const RudeCase& row, std::ostream* out) { *out << row.name; }

class RudeServerTest : public ::testing::TestWithParam<RudeCase> {};

TEST_P(RudeServerTest, SpoilsTheHandshake) {
  const RudeCase& row = GetParam();
  const auto server = RudeServer::Start(row.behaviour).value();
  const TestHandshake seen = Connect({.port = server->port(), .timeout = row.timeout});
  EXPECT_FALSE(seen.completed);
  EXPECT_NE(seen.error.find(row.error), std::string::npos) << seen.error;
  if (row.system_error != 0) {
    EXPECT_EQ(seen.system_error, row.system_error);
  }
  EXPECT_EQ(server->Accepted(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RudeServerTest,
    ::testing::Values(RudeCase{"Silent", Silent(), "", EAGAIN, milliseconds(50)},
                      RudeCase{"PlainText", PlainText("220 smtp ready\r\n"),
                               "wrong version number"},
                      RudeCase{"CloseAfterAccept", CloseAfterAccept(), "unexpected eof"},
                      RudeCase{"ResetAfterAccept", ResetAfterAccept(), ""},
                      RudeCase{"CloseAfterClientHello", CloseAfterClientHello(), "unexpected eof"},
                      RudeCase{"ResetAfterClientHello", ResetAfterClientHello(), "", ECONNRESET},
                      RudeCase{"Alert", AlertAfterClientHello(40), "alert handshake failure"},
                      RudeCase{"Garbage", GarbageAfterClientHello(), "wrong version number"},
                      RudeCase{"EndlessGarbage", EndlessGarbage(), "wrong version number"}),
    [](const auto& row) { return row.param.name; });

TEST(RudeServerTest, NeverEndsWithHandshakeMessages) {
  auto server = RudeServer::Start(EndlessHandshake()).value();
  const auto client = ConnectTcp("127.0.0.1", server->port()).value();
  const Bytes record{22, 3, 1, 0, 1, 1};
  ASSERT_TRUE(SendAll(client.get(), record));
  std::size_t received = 0;
  std::array<std::uint8_t, 65536> chunk{};
  while (received < (4U << 20)) {
    const ssize_t size = recv(client.get(), chunk.data(), chunk.size(), 0);
    ASSERT_GT(size, 0);
    received += static_cast<std::size_t>(size);
  }
  server.reset();
}

class RudeProxyTest : public ::testing::Test {
 protected:
  RudeProxyTest()
      : pki_(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())),
        server_(TlsServer::Start({.chain = pki_.Chain(pki_.leaf), .staples = {ToBytes("staple")}})
                    .value()) {}

  std::unique_ptr<RudeProxy> Proxy(RudeProxyOptions options) {
    options.upstream_port = server_->port();
    return RudeProxy::Start(std::move(options)).value();
  }

  StandardPki pki_;
  std::unique_ptr<TlsServer> server_;
};

TEST_F(RudeProxyTest, PassesByteByByte) {
  const auto proxy = Proxy({.byte_by_byte = true});
  const TestHandshake seen = Connect({.port = proxy->port()});
  EXPECT_TRUE(seen.completed) << seen.error;
  EXPECT_EQ(seen.staples.at(0), ToBytes("staple"));
  EXPECT_GT(proxy->Forwarded(), 1000U);
}

TEST_F(RudeProxyTest, HangsAfterSoManyBytes) {
  const auto proxy = Proxy({.forward = 100});
  const TestHandshake seen = Connect({.port = proxy->port(), .timeout = milliseconds(50)});
  EXPECT_FALSE(seen.completed);
  EXPECT_EQ(seen.system_error, EAGAIN);
  EXPECT_EQ(proxy->Forwarded(), 100U);
}

TEST_F(RudeProxyTest, ClosesAfterSoManyBytes) {
  const auto proxy = Proxy({.forward = 100, .afterwards = Afterwards::kClose});
  const TestHandshake seen = Connect({.port = proxy->port()});
  EXPECT_NE(seen.error.find("unexpected eof"), std::string::npos) << seen.error;
}

TEST_F(RudeProxyTest, ResetsAfterSoManyBytes) {
  const auto proxy = Proxy({.forward = 3, .afterwards = Afterwards::kReset});
  EXPECT_EQ(Connect({.port = proxy->port()}).system_error, ECONNRESET);
}

TEST_F(RudeProxyTest, StopsBetweenTwoBytes) {
  auto proxy = Proxy({.byte_by_byte = true, .gap = std::chrono::hours(1)});
  const TestHandshake seen = Connect({.port = proxy->port(), .timeout = milliseconds(50)});
  EXPECT_FALSE(seen.completed);
  const auto start = std::chrono::steady_clock::now();
  proxy.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(FullBacklogTest, NeverConnects) {
  const auto full = FullBacklog::Start().value();
  const auto connecting = StartConnecting("127.0.0.1", full->port());
  ASSERT_TRUE(connecting.ok());
  EXPECT_FALSE(FinishConnecting(*connecting, milliseconds(100)));
  EXPECT_EQ(errno, ETIMEDOUT);
}

// Asks one question and gives the answer's code, or -1 for silence.
struct DnsAnswer {
  int code = -1;
  int records = 0;
  Bytes tail = {};  // the last four octets
};

DnsAnswer Ask(const DnsServer& server, std::string_view labels, std::uint8_t type) {
  Bytes query{0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0};
  Append(query, ToBytes(labels));
  Append(query, {0, 0, type, 0, 1});
  const auto listener = BindUdp("127.0.0.1", 0).value();
  timeval timeout{.tv_sec = 0, .tv_usec = 50'000};
  setsockopt(listener.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  ConnectUdp(listener, "127.0.0.1", server.port());
  send(listener.get(), query.data(), query.size(), 0);
  Bytes answer(512);
  const ssize_t size = recv(listener.get(), answer.data(), answer.size(), 0);
  if (size < 12) return {};
  answer.resize(static_cast<std::size_t>(size));
  return {.code = answer[3] & 0x0f,
          .records = answer[7],
          .tail = Bytes(answer.end() - 4, answer.end())};
}

constexpr std::string_view kKnown = "\x04Leaf\x04test";
constexpr std::uint8_t kA = 1;
constexpr std::uint8_t kAaaa = 28;

TEST(DnsServerTest, AnswersFromItsTable) {
  const auto server = DnsServer::Start({.names = {{"leaf.test", {"127.0.0.9"}}},
                                        .servfail = {"bad.test"},
                                        .silent = {"quiet.test"}})
                          .value();
  const DnsAnswer known = Ask(*server, kKnown, kA);
  EXPECT_EQ(known.code, 0);
  EXPECT_EQ(known.records, 1);
  EXPECT_EQ(known.tail, (Bytes{127, 0, 0, 9}));
  const DnsAnswer other_family = Ask(*server, kKnown, kAaaa);
  EXPECT_EQ(other_family.code, 0);
  EXPECT_EQ(other_family.records, 0);
  EXPECT_EQ(Ask(*server, "\x05other\x04test", kA).code, 3);
  EXPECT_EQ(Ask(*server,
                "\x03"
                "bad\x04test",
                kA)
                .code,
            2);
  EXPECT_EQ(Ask(*server, "\x05quiet\x04test", kA).code, -1);
  EXPECT_EQ(server->Queries(), 5U);
  EXPECT_EQ(server->QueriesFor("leaf.test"), 2U);
}

}  // namespace
}  // namespace stapling::testing
