// Many connections at once.
#include <sys/resource.h>

#include <filesystem>

#include "tests/exporter/http/server_fixture.h"

namespace stapling::exporter {
namespace {

using ::stapling::testing::Client;

class HttpServerLoad : public ServerFixture {
 protected:
  void SetUp() override {
    rlimit limit{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    ASSERT_GE(limit.rlim_cur, 5000U);
  }

  static std::ptrdiff_t CountThreads() {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  }
};

TEST_F(HttpServerLoad, AThousandConnectionsAtOnceAreAllServed) {
  StartServer();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 1000; ++i) {
    clients.push_back(std::make_unique<Client>(port_));
    ASSERT_TRUE(clients.back()->connected()) << i;
  }
  for (const auto& client : clients) ASSERT_TRUE(client->SendGet("/hello"));
  for (const auto& client : clients) {
    const auto reply = client->Receive();
    ASSERT_TRUE(reply);
    ASSERT_EQ(reply->status, 200);
  }
  EXPECT_EQ(server_->stats().connections_accepted, 1000U);
}

TEST_F(HttpServerLoad, TwoThousandIdleConnectionsCostNoThread) {
  StartServer({.worker_idle_timeout = std::chrono::milliseconds(20)});
  ASSERT_TRUE(Client(port_).Get("/hello"));
  ASSERT_TRUE(testing::WaitUntil([&] { return server_->stats().workers == 4; }));
  const auto threads_before = CountThreads();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 2000; ++i) {
    clients.push_back(std::make_unique<Client>(port_));
    ASSERT_TRUE(clients.back()->Get("/hello")) << i;
  }
  EXPECT_TRUE(WaitForOpen(2000));
  EXPECT_TRUE(testing::WaitUntil([&] { return CountThreads() <= threads_before; }));
  const auto reply = clients.front()->Get("/hello");  // still served
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
}

TEST_F(HttpServerLoad, AHundredHungProbesLeaveTheNextOneUnharmed) {
  StartServer();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(std::make_unique<Client>(port_));
    ASSERT_TRUE(clients.back()->SendGet("/hang"));
  }
  ASSERT_TRUE(WaitForHanging(100));  // each has its own thread
  Release();
  for (const auto& client : clients) ASSERT_TRUE(client->Receive());
}

TEST_F(HttpServerLoad, AFloodOfPipelinedRequestsLetsOthersIn) {
  StartServer();
  Client flood(port_);
  std::string requests;
  for (int i = 0; i < 5000; ++i) requests += "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n";
  std::thread sender([&] { static_cast<void>(flood.Send(requests)); });
  const auto reply = Client(port_).Get("/hello");
  EXPECT_TRUE(reply);
  for (int i = 0; i < 5000; ++i) {
    const auto answer = flood.Receive();
    if (!answer) ADD_FAILURE() << "no answer to request " << i;
    if (!answer) break;
  }
  sender.join();
}

}  // namespace
}  // namespace stapling::exporter
