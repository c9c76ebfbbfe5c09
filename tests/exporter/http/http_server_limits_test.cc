// What a client may not do: each bound of HttpServerOptions, met by a client that ignores it.
#include "tests/exporter/http/server_fixture.h"
#include "tests/support/descriptor_hog.h"

namespace stapling::exporter {
namespace {

using ::stapling::testing::Client;
using ::stapling::testing::WaitUntil;
using std::chrono::milliseconds;

class HttpServerLimits : public ServerFixture {
 protected:
  // The server still serves others.
  void ExpectHealthy() {
    const auto reply = Client(port_).Get("/hello");
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 200);
  }
};

TEST_F(HttpServerLimits, AHeadThatNeverEnds) {
  StartServer();
  Client client(port_);
  std::string flood = "GET /hello HTTP/1.1\r\nHost: a\r\nX: ";
  flood.append(100000, 'x');
  static_cast<void>(client.Send(flood));
  const auto reply = client.Receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 431);
  ExpectHealthy();
}

TEST_F(HttpServerLimits, ARequestLineThatNeverEnds) {
  StartServer();
  Client client(port_);
  static_cast<void>(client.Send("GET /" + std::string(100000, 'x')));
  const auto reply = client.Receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 414);
}

TEST_F(HttpServerLimits, TenThousandHeaders) {
  StartServer();
  Client client(port_);
  std::string head = "GET /hello HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 10000; ++i) head += "X-" + std::to_string(i) + ": y\r\n";
  static_cast<void>(client.Send(head + "\r\n"));
  const auto reply = client.Receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 431);
}

TEST_F(HttpServerLimits, AFloodThatIsNeverReadTo) {
  StartServer();
  Client client(port_);
  // Whatever the server answers, it must not read on for ever.
  const std::string junk(std::size_t{1} << 20U, 'x');
  bool open = true;
  for (int i = 0; open && i < 64; ++i) open = client.Send(junk);
  EXPECT_FALSE(open);
  ExpectHealthy();
}

TEST_F(HttpServerLimits, ARangeOfAThousandParts) {
  StartServer();
  Client client(port_);
  std::string range = "Range: bytes=";
  for (int i = 0; i < 1000; ++i) range += std::to_string(i) + "-" + std::to_string(i) + ",";
  ASSERT_TRUE(client.SendGet("/hello", range + "1-1\r\n"));
  const auto reply = client.Receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "hello\n");
}

TEST_F(HttpServerLimits, AHeadThatIsTooSlow) {
  StartServer({.head_timeout = milliseconds(50)});
  Client client(port_);
  ASSERT_TRUE(client.Send("GET /hello HTTP/1.1\r\n"));
  const auto reply = client.Receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 408);
  EXPECT_TRUE(client.Closed());
}

TEST_F(HttpServerLimits, AHeadThatDripsForEver) {
  StartServer({.head_timeout = milliseconds(100)});
  Client client(port_);
  ASSERT_TRUE(client.Send("GET /hello HTTP/1.1\r\nX: "));
  // Each byte comes in time; all of them do not. Ends when the server has closed.
  EXPECT_TRUE(WaitUntil([&] { return !client.Send("x"); }));
}

TEST_F(HttpServerLimits, ABodyThatNeverComes) {
  StartServer({.head_timeout = milliseconds(50)});
  Client client(port_);
  ASSERT_TRUE(client.Send("POST /reload HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"));
  const auto reply = client.Receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 408);
}

TEST_F(HttpServerLimits, AClientThatSaysNothingIsClosedInSilence) {
  StartServer({.head_timeout = milliseconds(50)});
  Client client(port_);
  EXPECT_TRUE(client.Closed());
}

TEST_F(HttpServerLimits, AnIdleConnectionIsClosedInSilence) {
  StartServer({.idle_timeout = milliseconds(50)});
  Client client(port_);
  ASSERT_TRUE(client.Get("/hello"));
  EXPECT_TRUE(client.Closed());
}

TEST_F(HttpServerLimits, TheHeadTimeoutDoesNotEndIdleConnections) {
  StartServer({.head_timeout = milliseconds(50)});
  Client patient(port_);
  ASSERT_TRUE(patient.Get("/hello"));
  Client witness(port_);
  EXPECT_TRUE(witness.Closed());  // the time-out has passed for both
  EXPECT_TRUE(patient.Get("/hello"));
}

TEST_F(HttpServerLimits, AClientThatDoesNotReadHoldsNoWorker) {
  StartServer({.max_quick_workers = 1, .write_timeout = milliseconds(200)});
  std::vector<std::unique_ptr<Client>> deaf;
  for (int i = 0; i < 8; ++i) {
    deaf.push_back(std::make_unique<Client>(port_, 4096));
    ASSERT_TRUE(deaf.back()->SendGet("/big"));
  }
  ExpectHealthy();
  EXPECT_TRUE(WaitForOpen(0));  // all have been closed
}

TEST_F(HttpServerLimits, AVanishingClientHurtsNobody) {
  StartServer();
  Client stays(port_);
  ASSERT_TRUE(stays.SendGet("/hang"));
  Client vanishes(port_);
  ASSERT_TRUE(vanishes.SendGet("/hang"));
  ASSERT_TRUE(WaitForHanging(2));
  vanishes.Reset();
  EXPECT_TRUE(WaitForOpen(1));
  Release();
  const auto reply = stays.Receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "released\n");
}

TEST_F(HttpServerLimits, BusyProbesLeaveTheRestAlone) {
  StartServer({.max_probe_workers = 3});
  std::vector<std::unique_ptr<Client>> hanging;
  for (int i = 0; i < 3; ++i) {
    hanging.push_back(std::make_unique<Client>(port_));
    ASSERT_TRUE(hanging.back()->SendGet("/hang"));
  }
  ASSERT_TRUE(WaitForHanging(3));
  Client client(port_);
  const auto refused = client.Get("/hang");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->Header("retry-after"), "1");
  EXPECT_EQ(server_->stats().rejected_busy, 1U);
  const auto quick = client.Get("/hello");  // on the same connection
  ASSERT_TRUE(quick);
  EXPECT_EQ(quick->status, 200);
  Release();
  for (const auto& each : hanging) {
    const auto reply = each->Receive();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 200);
  }
}

TEST_F(HttpServerLimits, ABusyProbeMayWaitItsTurn) {
  StartServer({.max_probe_workers = 1},
              {.busy_wait = [](const Request&) { return std::chrono::seconds(10); }});
  Client first(port_);
  Client second(port_);
  ASSERT_TRUE(first.SendGet("/hang"));
  ASSERT_TRUE(WaitForHanging(1));
  ASSERT_TRUE(second.SendGet("/hang"));
  ASSERT_TRUE(WaitUntil([&] { return server_->stats().waiting == 1; }));
  Release();
  for (Client* client : {&first, &second}) {
    const auto reply = client->Receive();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->body, "released\n");
  }
  EXPECT_EQ(server_->stats().rejected_busy, 0U);
}

TEST_F(HttpServerLimits, ABusyProbeWaitsNoLongerThanItMay) {
  StartServer({.max_probe_workers = 1},
              {.busy_wait = [](const Request&) { return milliseconds(30); }});
  Client first(port_);
  ASSERT_TRUE(first.SendGet("/hang"));
  ASSERT_TRUE(WaitForHanging(1));
  Client second(port_);
  const auto refused = second.Get("/hang");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(server_->stats().waiting, 0U);
}

TEST_F(HttpServerLimits, AWaitingClientThatVanishesLeavesTheLine) {
  StartServer({.max_probe_workers = 1},
              {.busy_wait = [](const Request&) { return std::chrono::seconds(10); }});
  Client first(port_);
  Client second(port_);
  ASSERT_TRUE(first.SendGet("/hang"));
  ASSERT_TRUE(WaitForHanging(1));
  ASSERT_TRUE(second.SendGet("/hang"));
  ASSERT_TRUE(WaitUntil([&] { return server_->stats().waiting == 1; }));
  second.Reset();
  EXPECT_TRUE(WaitUntil([&] { return server_->stats().waiting == 0; }));
}

TEST_F(HttpServerLimits, WhenFullTheSilentOneGivesWay) {
  StartServer({.max_connections = 2});
  Client busy(port_);
  ASSERT_TRUE(busy.SendGet("/hang"));
  ASSERT_TRUE(WaitForHanging(1));
  Client idle(port_);
  ASSERT_TRUE(WaitForOpen(2));
  ExpectHealthy();
  EXPECT_TRUE(idle.Closed());
  EXPECT_EQ(server_->stats().connections_evicted, 1U);
  Release();
  EXPECT_TRUE(busy.Receive());
  EXPECT_EQ(server_->stats().connections_refused, 0U);
}

TEST_F(HttpServerLimits, WhenFullAnUnfinishedOneGivesWayAfterTheSilentOne) {
  StartServer({.max_connections = 2});
  Client unfinished(port_);
  ASSERT_TRUE(unfinished.Get("/hello"));
  ASSERT_TRUE(unfinished.Send("GET /hel"));
  Client idle(port_);
  ASSERT_TRUE(idle.Get("/hello"));
  Client first(port_);
  ASSERT_TRUE(first.SendGet("/hang"));
  EXPECT_TRUE(idle.Closed());
  ASSERT_TRUE(WaitForHanging(1));
  Client second(port_);
  ASSERT_TRUE(second.SendGet("/hang"));
  EXPECT_TRUE(unfinished.Closed());
  EXPECT_EQ(server_->stats().connections_evicted, 2U);
  Release();
  EXPECT_TRUE(first.Receive());
  EXPECT_TRUE(second.Receive());
}

TEST_F(HttpServerLimits, WhenFullOfWorkANewcomerIsRefused) {
  StartServer({.max_connections = 1});
  Client busy(port_);
  ASSERT_TRUE(busy.SendGet("/hang"));
  ASSERT_TRUE(WaitForHanging(1));
  Client newcomer(port_);
  const auto refused = newcomer.Receive();  // without a request: nothing can reset it
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->Header("retry-after"), "1");
  EXPECT_EQ(server_->stats().connections_refused, 1U);
  EXPECT_EQ(server_->stats().connections_evicted, 0U);
  Release();
  EXPECT_TRUE(busy.Receive());
}

// A response that is not read holds its octets until it is.
TEST_F(HttpServerLimits, BeyondTheOctetsThatMayBeUnreadTheOldestGivesWay) {
  constexpr int kTiny = 4096;
  StartServer({.max_unsent_bytes = 2 * kBigSize + kBigSize / 2});
  std::vector<std::unique_ptr<Client>> deaf;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(deaf.emplace_back(std::make_unique<Client>(port_, kTiny))->SendGet("/big"));
  }
  EXPECT_TRUE(WaitUntil([&] { return server_->stats().connections_evicted == 1; }));
  const auto whole = Client(port_).Get("/big");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->body.size(), kBigSize);
  ExpectHealthy();
}

// However many probes hang, who asks for the exporter's health gets an answer.
TEST_F(HttpServerLimits, ProbesLeaveAnEighthOfTheConnections) {
  constexpr int kMost = 14;  // of 16
  StartServer({.max_connections = 16});
  std::vector<std::unique_ptr<Client>> hung;
  for (int i = 0; i < kMost; ++i) {
    ASSERT_TRUE(hung.emplace_back(std::make_unique<Client>(port_))->SendGet("/hang"));
  }
  ASSERT_TRUE(WaitForHanging(kMost));
  Client one_more(port_);
  const auto refused = one_more.Get("/hang");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->Header("retry-after"), "1");
  ExpectHealthy();
  Release();
  for (const auto& client : hung) EXPECT_TRUE(client->Receive());
  const auto later = one_more.Get("/hang");
  ASSERT_TRUE(later);
  EXPECT_EQ(later->status, 200);
}

#ifndef __SANITIZE_ADDRESS__  // see DescriptorHog

using testing::DescriptorHog;

TEST_F(HttpServerLimits, WithoutDescriptorsANewcomerIsRefusedAndNobodySpins) {
  StartServer();
  Client busy(port_);
  ASSERT_TRUE(busy.SendGet("/hang"));
  ASSERT_TRUE(WaitForHanging(1));
  {
    const DescriptorHog hog(1);
    Client newcomer(port_);  // takes the last one on its own side
    const auto refused = newcomer.Receive();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 503);
  }
  EXPECT_EQ(server_->stats().connections_refused, 1U);
  ExpectHealthy();
  Release();
  EXPECT_TRUE(busy.Receive());
}

TEST_F(HttpServerLimits, WithoutDescriptorsAnIdleConnectionGivesWay) {
  StartServer();
  Client idle(port_);
  ASSERT_TRUE(idle.Get("/hello"));
  const DescriptorHog hog(1);
  ExpectHealthy();
  EXPECT_TRUE(idle.Closed());
}

#endif

}  // namespace
}  // namespace stapling::exporter
