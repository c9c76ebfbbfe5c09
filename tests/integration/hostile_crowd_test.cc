// Clients that are many, slow, deaf or gone: the exporter serves the others, and is afterwards what
// it was.

#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "tests/exporter/http/client.h"
#include "tests/integration/scrape.h"
#include "tests/integration/siege.h"
#include "tests/support/process_usage.h"
#include "tests/support/rude_server.h"
#include "tests/support/sanitizer.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using Crowd = std::vector<std::unique_ptr<Client>>;

constexpr std::string_view kHealthy = "GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kMetrics = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n";

class HostileCrowdTest : public ::testing::Test {
 protected:
  HostileCrowdTest() : server_(StartHealthyServer(site_)) {
    auto hung = RudeServer::Start(Silent());
    if (hung) hung_ = std::move(hung).value();
  }

  void SetUp() override {
    RequireDescriptors(5000);
    ASSERT_NE(server_, nullptr);
    ASSERT_NE(hung_, nullptr);
  }

  void StartExporter(const std::vector<std::string>& flags = {}) {
    auto exporter = Exporter::Start(ModuleTrusting(site_.CaFile()), flags);
    ASSERT_TRUE(exporter) << exporter.error();
    exporter_ = std::move(exporter).value();
  }

  [[nodiscard]] SiegeOptions Options(const char* name, std::size_t more_threads = 48) const {
    return {.name = name,
            .ask = [this](const std::string& path) { return exporter_->Get(path); },
            .healthy = "target=" + server_->Target(),
            .more_threads = more_threads};
  }

  [[nodiscard]] Crowd Connected(int count, int receive_buffer = 0) const {
    Crowd crowd;
    for (int i = 0; i < count; ++i) {
      crowd.push_back(std::make_unique<Client>(exporter_->port(), receive_buffer));
      EXPECT_TRUE(crowd.back()->connected()) << i;
    }
    return crowd;
  }

  // A probe that ends by itself after a second.
  [[nodiscard]] std::string HungProbe() const {
    return "GET /probe?target=" + hung_->Target() +
           " HTTP/1.1\r\nHost: a\r\nX-Prometheus-Scrape-Timeout-Seconds: 1.5\r\n\r\n";
  }

  // While two probes that hang do so for a second each, there is nothing to do.
  void ExpectRest() const {
    constexpr std::chrono::milliseconds kMost(100);
    const auto before = ProcessorTime(exporter_->process().pid());
    for (int i = 0; i < 2; ++i) {
      const HttpResponse page =
          exporter_->Probe({.target = hung_->Target(), .timeout_header = "1.5"});
      EXPECT_EQ(FailureOf(Samples(page.body)), "handshake/timeout") << page.body;
    }
    const auto spent = ProcessorTime(exporter_->process().pid()) - before;
    std::cout << "[counts] 2,000 idle connections: " << spent.count()
              << " s of processor time in two seconds" << std::endl;
    EXPECT_LT(spent, kMost);
  }

  static void SendAll(const Crowd& crowd, std::string_view bytes) {
    for (const auto& client : crowd) EXPECT_TRUE(client->Send(bytes));
  }
  static void ExpectStatus(const Crowd& crowd, int status) {
    int answered = 0;
    for (const auto& client : crowd) {
      const auto reply = client->Receive();
      if (reply && reply->status == status) ++answered;
    }
    EXPECT_EQ(answered, static_cast<int>(crowd.size()));
  }
  // All are answered, and well. A few may be told to come back, by a machine that is busy with
  // others for longer than the five seconds that a request waits for its turn.
  static void ExpectServed(const Crowd& crowd) {
    std::size_t served = 0;
    std::size_t told = 0;
    for (const auto& client : crowd) {
      const auto reply = client->Receive();
      if (reply && reply->status == 200) ++served;
      if (reply && reply->status == 503 && reply->Header("retry-after") == "1") ++told;
    }
    EXPECT_EQ(served + told, crowd.size());
    EXPECT_GE(served, kSanitized ? 0 : crowd.size() * 9 / 10);
  }

  const Site site_;
  std::unique_ptr<TlsServer> server_;
  std::unique_ptr<RudeServer> hung_;
  std::unique_ptr<Exporter> exporter_;
};

TEST_F(HostileCrowdTest, ThatIsManyIsServed) {
  StartExporter();
  Siege siege(*exporter_, Options("crowds"));
  siege.Attack("a_thousand_at_once", [&] {
    const Crowd crowd = Connected(1000);
    SendAll(crowd, kHealthy);
    ExpectServed(crowd);
  });
  siege.Attack("a_thousand_scrapes_at_once", [&] {
    const Crowd crowd = Connected(1000);
    SendAll(crowd, kMetrics);
    ExpectServed(crowd);
  });
  siege.Attack("two_thousand_idle", [&] {
    const Crowd crowd = Connected(2000);
    SendAll(crowd, kHealthy);
    ExpectServed(crowd);
    const std::size_t threads = siege.MoreThreads();
    siege.ExpectService();
    EXPECT_LE(siege.MoreThreads(), threads) << "an idle connection costs a thread";
    ExpectRest();
  });
  siege.Attack("two_hundred_who_send_byte_by_byte", [&] {
    const Crowd crowd = Connected(200);
    for (std::size_t i = 0; i < kHealthy.size(); ++i) SendAll(crowd, kHealthy.substr(i, 1));
    ExpectServed(crowd);
  });
  siege.Attack("three_hundred_who_half_close", [&] {
    const Crowd crowd = Connected(300);
    SendAll(crowd, kMetrics);
    for (const auto& client : crowd) client->ShutdownWrite();
    ExpectServed(crowd);
  });
}

TEST_F(HostileCrowdTest, ThatVanishesLeavesNothingBehind) {
  StartExporter();
  Siege siege(*exporter_, Options("vanishing", 200));
  siege.Attack("before_a_request", [&] {
    for (const auto& client : Connected(500)) client->Reset();
  });
  siege.Attack("within_a_head", [&] {
    const Crowd crowd = Connected(500);
    SendAll(crowd, "GET /metrics HT");
    for (const auto& client : crowd) client->Reset();
  });
  siege.Attack("before_a_response", [&] {
    const Crowd crowd = Connected(500);
    SendAll(crowd, kMetrics);
    for (const auto& client : crowd) client->Reset();
  });
  siege.Attack("within_a_response", [&] {
    const Crowd crowd = Connected(50, 4096);
    for (int i = 0; i < 20; ++i) SendAll(crowd, kMetrics);
    for (const auto& client : crowd) EXPECT_TRUE(client->Receive());
    for (const auto& client : crowd) client->Reset();
  });
  siege.Attack("within_a_probe", [&] {
    const std::size_t before = hung_->Accepted();
    const Crowd crowd = Connected(100);
    SendAll(crowd, HungProbe());
    EXPECT_TRUE(WaitUntil([&] { return hung_->Accepted() == before + 100; }));
    for (const auto& client : crowd) client->Reset();
  });
  siege.Attack("half_closed_within_a_probe", [&] {
    const Crowd crowd = Connected(20);
    SendAll(crowd, HungProbe());
    for (const auto& client : crowd) client->ShutdownWrite();
    ExpectStatus(crowd, 200);  // it still reads
  });
}

// Each of them would wait for ever; all of them at once are gone when their time is over.
TEST_F(HostileCrowdTest, ThatNeverGoesOnIsDropped) {
  StartExporter();
  Siege siege(*exporter_, Options("never going on"));
  Crowd silent;
  Crowd half_heads;
  Crowd half_bodies;
  Crowd deaf;
  siege.Attack("all_kinds", [&] {
    silent = Connected(100);
    half_heads = Connected(100);
    SendAll(half_heads, kMetrics.substr(0, kMetrics.size() - 2));
    half_bodies = Connected(100);
    SendAll(half_bodies, "POST /-/reload HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
    deaf = Connected(5, 4096);
    for (int i = 0; i < 400; ++i) SendAll(deaf, kMetrics);  // more than the kernel takes
    siege.ExpectService();
  });
  ExpectStatus(half_heads, 408);
  ExpectStatus(half_bodies, 408);
  for (const auto& client : silent) EXPECT_TRUE(client->Closed());
}

TEST_F(HostileCrowdTest, BeyondTheBoundOfProbesIsToldToComeBack) {
  constexpr int kScrapes = 150;
  constexpr int kBound = 8;
  StartExporter({"--probe.max-concurrency=" + std::to_string(kBound)});
  Siege siege(*exporter_, Options("busy"));
  siege.Attack("more_scrapes_than_probes", [&] {
    const Crowd crowd = Connected(kScrapes);
    SendAll(crowd, HungProbe());
    EXPECT_TRUE(WaitUntil([&] { return hung_->Accepted() == kBound; }));
    EXPECT_EQ(exporter_->Get("/-/healthy").status, 200);
    EXPECT_NE(exporter_->Metrics().find("ocsp_stapling_exporter_probes_in_flight 8\n"),
              std::string::npos);
    siege.ExpectService();  // a probe that may wait for longer has its turn
    int probed = 0;
    int told = 0;
    for (const auto& client : crowd) {
      const auto reply = client->Receive();
      if (reply && reply->status == 200) ++probed;
      if (reply && reply->status == 503 && reply->Header("retry-after") == "1") ++told;
    }
    EXPECT_EQ(probed + told, kScrapes);
    EXPECT_GE(probed, kBound);
    EXPECT_EQ(Samples(exporter_->Metrics())
                  .Value("ocsp_stapling_exporter_probes_rejected_total{reason=\"busy\"}"),
              told);
  });
}

}  // namespace
}  // namespace stapling::testing
