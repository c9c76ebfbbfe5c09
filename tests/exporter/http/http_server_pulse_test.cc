// The pulse goes on in a server that works, busy or idle, and stands still in one that hangs.
#include <latch>

#include "tests/exporter/http/server_fixture.h"

namespace stapling::exporter {
namespace {

using ::stapling::testing::Client;
using ::stapling::testing::WaitUntil;

class HttpServerPulse : public ServerFixture {
 protected:
  [[nodiscard]] bool Beats() {
    const std::uint64_t before = server_->Pulse();
    return WaitUntil([&] { return server_->Pulse() != before; });
  }
};

TEST_F(HttpServerPulse, BeatsWhileNobodyAsksAnything) {
  StartServer();
  for (int beat = 0; beat < 3; ++beat) EXPECT_TRUE(Beats());
}

TEST_F(HttpServerPulse, BeatsWhileEveryWorkerIsBusy) {
  StartServer({.max_probe_workers = 1});
  Client client(port_);
  ASSERT_TRUE(client.SendGet("/hang"));
  ASSERT_TRUE(WaitForHanging(1));
  EXPECT_TRUE(Beats());
}

TEST_F(HttpServerPulse, StandsStillWhileTheReactorHangs) {
  std::latch reached{1};
  std::latch hang{1};
  // What must not block does, on the reactor itself.
  StartServer({.max_probe_workers = 1}, {.busy_wait = [&](const Request&) {
                reached.count_down();
                hang.wait();
                return std::chrono::milliseconds(0);
              }});
  ASSERT_TRUE(Beats());
  Client client(port_);
  ASSERT_TRUE(client.SendGet("/hang"));
  reached.wait();
  const std::uint64_t before = server_->Pulse();
  EXPECT_FALSE(
      WaitUntil([&] { return server_->Pulse() != before; }, std::chrono::milliseconds(100)));
  hang.count_down();
  EXPECT_TRUE(WaitUntil([&] { return server_->Pulse() != before; }));
}

}  // namespace
}  // namespace stapling::exporter
