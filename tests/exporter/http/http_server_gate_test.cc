// What stands before every request: who it stops, and that its slow thoughts stop nobody else.

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>

#include "tests/exporter/http/server_fixture.h"

namespace stapling::exporter {
namespace {

using stapling::testing::Client;
using stapling::testing::Reply;
using stapling::testing::WaitUntil;

// By the request's header Who: "friend" is admitted, "stranger" refused, anybody else examined:
// "slow..." once the test lets go, and refused; the others at once, and admitted.
class StubGate final : public Gate {
 public:
  Admission Look(const Request& request) override {
    const std::string who(request.Header("Who").value_or("friend"));
    if (who == "friend") return Admitted{};
    if (who == "stranger") return TextResponse(401, "Unauthorized");
    return Undecided{};
  }
  std::optional<Response> Examine(const Request& request) override {
    if (!request.Header("Who")->starts_with("slow")) return std::nullopt;
    ++examining_;
    let_go_.acquire();
    --examining_;
    return TextResponse(401, "Unauthorized");
  }
  HeaderList Headers() override { return {{"X-Frame-Options", "sameorigin"}}; }

  std::atomic<int> examining_{0};
  std::counting_semaphore<> let_go_{0};
};

class HttpServerGateTest : public ServerFixture {
 protected:
  ~HttpServerGateTest() override { gate_->let_go_.release(100); }

  void Start() { StartServer({.gate = gate_}); }

  [[nodiscard]] int StatusOf(const std::string& path, const std::string& who) const {
    Client client(port_);
    if (!client.SendGet(path, "Who: " + who + "\r\n")) return 0;
    const auto reply = client.Receive();
    return reply ? reply->status : 0;
  }

  const std::shared_ptr<StubGate> gate_ = std::make_shared<StubGate>();
};

TEST_F(HttpServerGateTest, StandsBeforeEveryPath) {
  Start();
  EXPECT_EQ(StatusOf("/hello", "friend"), 200);
  EXPECT_EQ(StatusOf("/hello", "unknown"), 200);
  EXPECT_EQ(StatusOf("/nothing", "unknown"), 404);
  for (const char* path : {"/hello", "/nothing", "/reload", "/hang"}) {
    EXPECT_EQ(StatusOf(path, "stranger"), 401) << path;
  }
}

TEST_F(HttpServerGateTest, ImposesItsHeadersOnEveryResponse) {
  Start();
  for (const char* request :
       {"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nWho: stranger\r\n\r\n", "noise\r\n\r\n"}) {
    Client client(port_);
    ASSERT_TRUE(client.Send(request));
    const auto reply = client.Receive();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->headers.count("x-frame-options"), 1U);
    EXPECT_EQ(reply->Header("x-frame-options"), "sameorigin") << request;
  }
}

TEST_F(HttpServerGateTest, ExaminesOneAtATimeAndServesTheRestMeanwhile) {
  Start();
  Client first(port_);
  Client second(port_);
  ASSERT_TRUE(first.SendGet("/hello", "Who: slow\r\n"));
  ASSERT_TRUE(second.SendGet("/hello", "Who: slow too\r\n"));
  ASSERT_TRUE(WaitUntil([&] { return gate_->examining_ == 1 && server_->stats().waiting == 1; }));
  EXPECT_EQ(StatusOf("/hello", "friend"), 200);
  EXPECT_EQ(gate_->examining_, 1);
  gate_->let_go_.release(2);
  for (Client* client : {&first, &second}) {
    const auto reply = client->Receive();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 401);
  }
}

TEST_F(HttpServerGateTest, WhoWaitsTooLongIsToldToTryAgain) {
  Start();
  Client first(port_);
  ASSERT_TRUE(first.SendGet("/hello", "Who: slow\r\n"));
  ASSERT_TRUE(WaitUntil([&] { return gate_->examining_ == 1; }));
  Client second(port_);
  ASSERT_TRUE(second.SendGet("/hello", "Who: unknown\r\n"));
  const auto reply = second.Receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 503);
  EXPECT_EQ(reply->Header("retry-after"), "1");
}

// An eighth of the connections may wait to be examined; the rest are for those who are known.
TEST_F(HttpServerGateTest, WhoFindsTheLineFullLeavesAtOnce) {
  StartServer({.max_connections = 16, .gate = gate_});
  Client first(port_);
  ASSERT_TRUE(first.SendGet("/hello", "Who: slow\r\n"));
  ASSERT_TRUE(WaitUntil([&] { return gate_->examining_ == 1; }));
  std::vector<std::unique_ptr<Client>> line;
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_TRUE(
        line.emplace_back(std::make_unique<Client>(port_))->SendGet("/hello", "Who: unknown\r\n"));
  }
  ASSERT_TRUE(WaitUntil([&] { return server_->stats().waiting == 2; }));
  Client late(port_);
  ASSERT_TRUE(late.SendGet("/hello", "Who: unknown\r\n"));
  const auto refused = late.Receive();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->Header("connection"), "close");
  EXPECT_TRUE(late.Closed());
  EXPECT_EQ(StatusOf("/hello", "friend"), 200);
  gate_->let_go_.release();
  for (const auto& client : line) {
    const auto reply = client->Receive();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 200);
  }
}

TEST_F(HttpServerGateTest, WhoGoesAwayIsNotExamined) {
  Start();
  Client first(port_);
  ASSERT_TRUE(first.SendGet("/hello", "Who: slow\r\n"));
  ASSERT_TRUE(WaitUntil([&] { return gate_->examining_ == 1; }));
  Client second(port_);
  ASSERT_TRUE(second.SendGet("/hello", "Who: unknown\r\n"));
  ASSERT_TRUE(WaitUntil([&] { return server_->stats().waiting == 1; }));
  second.Reset();
  EXPECT_TRUE(WaitUntil([&] { return server_->stats().waiting == 0; }));
}

}  // namespace
}  // namespace stapling::exporter
