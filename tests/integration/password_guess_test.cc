// Passwords guessed by many at once: they wait in one line, the rest is served, and what is
// remembered of them is little.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "core/base64.h"
#include "tests/exporter/http/client.h"
#include "tests/integration/scrape.h"
#include "tests/integration/siege.h"
#include "tests/integration/web_site.h"
#include "tests/support/process_usage.h"

namespace stapling::testing {
namespace {

constexpr const char* kPassword = "gu3ss-Me";
// Of it, at two costs: a millisecond and sixteen.
constexpr const char* kCheapHash = "$2b$04$t978PRUSgkAiWNCGJjt3GuJHI0YDNE64ca8ZaWEFt9IDRhgUyn9Mu";
constexpr const char* kDearHash = "$2b$08$LT1yvTxmYgJG.TaswQrsyuenU1LuUz2FDyzxa3i7G5GlV/kUqneqe";

std::string Authorization(const std::string& user, const std::string& password) {
  const std::string text = user + ":" + password;
  return "Authorization: Basic " +
         Base64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}) + "\r\n";
}

// Processor time of each thread of a process, in ticks, the most first.
std::vector<long> TicksOf(pid_t process) {
  std::vector<long> ticks;
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
    std::ifstream file(task.path() / "stat");
    std::string line;
    std::getline(file, line);
    std::istringstream fields(line.substr(std::min(line.size(), line.rfind(')') + 1)));
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    long user = 0;
    fields >> user;
    ticks.push_back(user);
  }
  std::ranges::sort(ticks, std::greater());
  return ticks;
}

class PasswordGuessTest : public ::testing::Test {
 protected:
  PasswordGuessTest() : server_(StartHealthyServer(site_)) {}

  void StartExporter(const std::string& hash) {
    const std::string file = site_.directory().Write("modules.yml", ModuleTrusting(site_.CaFile()));
    auto exporter =
        web_.Start("basic_auth_users:\n  prometheus: " + hash + "\n", {"--config.file=" + file});
    ASSERT_TRUE(exporter) << exporter.error();
    exporter_ = std::move(exporter).value();
  }

  [[nodiscard]] SiegeOptions Options(const char* name) const {
    const auto ask = [this](const std::string& path) -> HttpResponse {
      Client client(exporter_->port());
      if (!client.SendGet(path, Authorization("prometheus", kPassword))) return {};
      const auto reply = client.Receive();
      return {.status = reply ? reply->status : 0, .body = reply ? reply->body : "no answer"};
    };
    return {
        .name = name, .ask = ask, .healthy = "target=" + server_->Target(), .more_megabytes = 24};
  }

  const Site site_;
  const WebSite web_;
  std::unique_ptr<TlsServer> server_;
  std::unique_ptr<Exporter> exporter_;
};

TEST_F(PasswordGuessTest, ByManyAtOnceKeepsNobodyWaiting) {
  StartExporter(kDearHash);
  ASSERT_NE(server_, nullptr);
  constexpr int kGuesses = 150;
  Siege siege(*exporter_, Options("guesses at once"));
  siege.Attack("known_and_unknown_users", [&] {
    std::vector<std::unique_ptr<Client>> crowd;
    for (int i = 0; i < kGuesses; ++i) {
      crowd.push_back(std::make_unique<Client>(exporter_->port()));
      const std::string user = i % 2 == 0 ? "prometheus" : "nobody";
      EXPECT_TRUE(
          crowd.back()->SendGet("/metrics", Authorization(user, "wrong" + std::to_string(i))));
    }
    siege.ExpectService();  // the guesses wait in line; who is known does not
    int refused = 0;
    for (const auto& client : crowd) {
      const auto reply = client->Receive();
      // Those beyond five seconds of the line are told to come back.
      if (reply && (reply->status == 401 || reply->status == 503)) ++refused;
    }
    EXPECT_EQ(refused, kGuesses);
    const std::vector<long> ticks = TicksOf(exporter_->process().pid());
    ASSERT_GE(ticks.size(), 2U);
    EXPECT_GT(ticks[0], 2 * ticks[1]) << "more than one thread computes hashes";
  });
}

// More than are remembered, each as long as a hash takes.
TEST_F(PasswordGuessTest, ByThousandsIsForgotten) {
  StartExporter(kCheapHash);
  ASSERT_NE(server_, nullptr);
  Siege siege(*exporter_, Options("guesses in a row"));
  siege.Attack("long_passwords", [&] {
    Client client(exporter_->port());
    for (int i = 0; i < 1500; ++i) {
      const std::string guess = std::to_string(i) + std::string(400, 'g');
      ASSERT_TRUE(client.SendGet("/metrics", Authorization("prometheus", guess)));
      const auto reply = client.Receive();
      ASSERT_TRUE(reply);
      ASSERT_EQ(reply->status, 401);
    }
  });
  siege.Attack("passwords_too_long_for_a_hash", [&] {
    Client client(exporter_->port());
    for (int i = 0; i < 300; ++i) {
      const std::string guess = std::to_string(i) + std::string(9000, 'g');
      ASSERT_TRUE(client.SendGet("/metrics", Authorization("prometheus", guess)));
      const auto reply = client.Receive();
      ASSERT_TRUE(reply);
      ASSERT_EQ(reply->status, 401);
    }
  });
  siege.Attack("malformed_credentials", [&] {
    for (const std::string& header :
         {std::string("Basic"), std::string("Basic "), std::string("Basic ===="),
          "Basic " + std::string(9000, 'A'), std::string("Basic cHJvbWV0aGV1cw=="),
          std::string("Bearer x"), std::string("Digest username=\"prometheus\"")}) {
      Client client(exporter_->port());
      ASSERT_TRUE(client.SendGet("/metrics", "Authorization: " + header + "\r\n"));
      const auto reply = client.Receive();
      ASSERT_TRUE(reply) << header;
      EXPECT_EQ(reply->status, 401) << header;
    }
  });
}

// Who is known must not be told by the time that a refusal takes. Processor time is what the
// exporter itself makes of it, whatever else the machine does.
TEST_F(PasswordGuessTest, TakesAsLongForAnUnknownUser) {
  StartExporter(kDearHash);
  constexpr int kGuesses = 40;
  const pid_t pid = exporter_->process().pid();
  Client client(exporter_->port());
  const auto cost = [&](const std::string& user, int guess) {
    const auto before = ProcessorTime(pid);
    EXPECT_TRUE(client.SendGet("/metrics", Authorization(user, "wrong" + std::to_string(guess))));
    const auto reply = client.Receive();
    EXPECT_TRUE(reply && reply->status == 401);
    return ProcessorTime(pid) - before;
  };
  std::chrono::duration<double> known{};
  std::chrono::duration<double> unknown{};
  Siege siege(*exporter_, Options("guesses in turn"));
  siege.Attack("known_and_unknown_users", [&] {
    for (int i = 0; i < kGuesses; ++i) {
      known += cost("prometheus", i);
      unknown += cost("nobody", i);
    }
  });
  std::cout << "[counts] " << kGuesses << " guesses: " << known.count() << " s for a known user, "
            << unknown.count() << " s for an unknown one" << std::endl;
  EXPECT_GT(known / unknown, 0.8);
  EXPECT_LT(known / unknown, 1.25);
}

}  // namespace
}  // namespace stapling::testing
