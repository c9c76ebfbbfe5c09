// How the server ends.
#include <unistd.h>

#include <thread>

#include "exporter/http/listener.h"
#include "tests/exporter/http/server_fixture.h"

namespace stapling::exporter {
namespace {

using ::stapling::testing::Client;
using ::stapling::testing::WaitUntil;

class HttpServerStop : public ServerFixture {};

TEST_F(HttpServerStop, ARunningRequestIsAnswered) {
  StartServer();
  Client client(port_);
  ASSERT_TRUE(client.SendGet("/hang"));
  ASSERT_TRUE(WaitForHanging(1));
  std::thread stopper([&] { EXPECT_TRUE(server_->Stop(std::chrono::seconds(10))); });
  // Nobody is accepted any more, while the request still runs.
  EXPECT_TRUE(WaitUntil([&] { return !Client(port_).connected(); }));
  EXPECT_EQ(hanging_, 1);
  Release();
  const auto reply = client.Receive();
  stopper.join();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "released\n");
  EXPECT_EQ(reply->Header("connection"), "close");
  EXPECT_TRUE(client.Closed());
}

// A service manager keeps the socket, on which clients go on to knock.
TEST_F(HttpServerStop, DoesNotSpinWhereSomebodyElseHoldsTheSocket) {
  const auto kept = OpenListener(*ParseListenAddress("127.0.0.1:0"));
  ASSERT_TRUE(kept) << kept.error();
  StartServer({}, {}, FileDescriptor(dup(kept->socket.get())));
  Client client(port_);
  ASSERT_TRUE(client.SendGet("/hang"));
  ASSERT_TRUE(WaitForHanging(1));
  Client idle(port_);
  ASSERT_TRUE(idle.Get("/hello"));
  std::thread stopper([&] { EXPECT_TRUE(server_->Stop(std::chrono::seconds(10))); });
  EXPECT_TRUE(idle.Closed());
  EXPECT_TRUE(Client(port_).connected());
  const std::uint64_t before = server_->Pulse();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_LT(server_->Pulse() - before, 20U) << "it went round all the time";
  Release();
  stopper.join();
}

TEST_F(HttpServerStop, IdleAndUnfinishedConnectionsAreClosed) {
  StartServer();
  Client fresh(port_);
  Client used(port_);
  Client unfinished(port_);
  ASSERT_TRUE(used.Get("/hello"));
  ASSERT_TRUE(unfinished.Send("GET /hel"));
  ASSERT_TRUE(WaitForOpen(3));
  EXPECT_TRUE(server_->Stop(std::chrono::seconds(10)));
  EXPECT_TRUE(fresh.Closed());
  EXPECT_TRUE(used.Closed());
  EXPECT_TRUE(unfinished.Closed());
  EXPECT_EQ(server_->stats().connections_open, 0U);
  EXPECT_EQ(server_->stats().workers, 0U);
}

TEST_F(HttpServerStop, TheGraceIsABound) {
  StartServer();
  Client client(port_);
  ASSERT_TRUE(client.SendGet("/hang"));
  ASSERT_TRUE(WaitForHanging(1));
  EXPECT_FALSE(server_->Stop(std::chrono::milliseconds(20)));
  EXPECT_TRUE(client.Closed());
  Release();
  EXPECT_TRUE(server_->Stop(std::chrono::seconds(10)));
}

TEST_F(HttpServerStop, MayBeAskedForBySeveralThreadsAndTwice) {
  StartServer();
  std::vector<std::thread> stoppers;
  stoppers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    stoppers.emplace_back([&] { EXPECT_TRUE(server_->Stop(std::chrono::seconds(10))); });
  }
  for (std::thread& stopper : stoppers) stopper.join();
  EXPECT_TRUE(server_->Stop(std::chrono::seconds(0)));
}

TEST_F(HttpServerStop, ThePortIsFreeAfterwards) {
  StartServer();
  ASSERT_TRUE(Client(port_).Get("/hello"));
  ASSERT_TRUE(server_->Stop(std::chrono::seconds(10)));
  HttpServer next({.listen_addresses = {"127.0.0.1:" + std::to_string(port_)}});
  const auto bound = next.Start();
  EXPECT_TRUE(bound) << bound.error();
}

TEST_F(HttpServerStop, IsHarmlessBeforeStart) {
  HttpServer server({.listen_addresses = {"127.0.0.1:0"}});
  EXPECT_TRUE(server.Stop(std::chrono::seconds(1)));
}

}  // namespace
}  // namespace stapling::exporter
