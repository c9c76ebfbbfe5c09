#include "exporter/service_manager.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/notify_socket.h"

namespace stapling::exporter {
namespace {

using stapling::testing::NotifySocket;
using std::chrono::microseconds;
using Environment = std::vector<std::pair<std::string, std::string>>;

// Until its own end.
class ScopedEnvironment {
 public:
  explicit ScopedEnvironment(Environment variables) : variables_(std::move(variables)) {
    for (const auto& [name, value] : variables_) setenv(name.c_str(), value.c_str(), 1);
  }
  ~ScopedEnvironment() {
    for (const auto& [name, value] : variables_) unsetenv(name.c_str());
  }
  ScopedEnvironment(const ScopedEnvironment&) = delete;
  ScopedEnvironment& operator=(const ScopedEnvironment&) = delete;

 private:
  const Environment variables_;
};

struct MessageRow {
  std::string name;
  std::function<void()> notify;
  std::string message;
};
void PrintTo(const MessageRow& row, std::ostream* out) { *out << row.name; }

std::string Repeated(const std::string& letter, std::size_t count, std::string text) {
  for (std::size_t i = 0; i < count; ++i) text += letter;
  return text;
}

class NotifyTable : public ::testing::TestWithParam<MessageRow> {};

TEST_P(NotifyTable, SaysWhatSystemdUnderstands) {
  const NotifySocket socket;
  const ScopedEnvironment environment({{"NOTIFY_SOCKET", socket.Path()}});
  GetParam().notify();
  EXPECT_EQ(socket.Next(), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Table, NotifyTable,
    ::testing::Values(MessageRow{.name = "Ready",
                                 .notify = [] { NotifyReady("Listening on [::]:6960"); },
                                 .message = "READY=1\nSTATUS=Listening on [::]:6960"},
                      MessageRow{.name = "Alive",
                                 .notify = [] { NotifyAlive("Still there"); },
                                 .message = "WATCHDOG=1\nSTATUS=Still there"},
                      // systemd drops more than 4096 octets. Each letter has two.
                      MessageRow{
                          .name = "Long",
                          .notify = [] { NotifyReady(Repeated("\xC3\xA9", 4000, "x")); },
                          .message = "READY=1\nSTATUS=" + Repeated("\xC3\xA9", 499, "x") + "..."},
                      MessageRow{.name = "LongAndWatched",
                                 .notify = [] { NotifyAlive(std::string(5000, 'a')); },
                                 .message = "WATCHDOG=1\nSTATUS=" + std::string(1000, 'a') + "..."},
                      MessageRow{.name = "Stopping",
                                 .notify = [] { NotifyStopping(); },
                                 .message = "STOPPING=1\nSTATUS=Answering what still runs"}),
    [](const auto& row) { return row.param.name; });

TEST(Notify, AReloadHasItsTimeOnTheMonotonicClock) {
  const NotifySocket socket;
  const ScopedEnvironment environment({{"NOTIFY_SOCKET", socket.Path()}});
  const auto now = [] {
    const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::floor<microseconds>(since_start).count();
  };
  const auto before = now();
  NotifyReloading();
  const auto after = now();
  const std::string message = socket.Next().value_or("");
  const std::string start = "RELOADING=1\nMONOTONIC_USEC=";
  ASSERT_TRUE(message.starts_with(start)) << message;
  const auto told = std::stoll(message.substr(start.size()));
  EXPECT_GE(told, before);
  EXPECT_LE(told, after);
}

TEST(Notify, WithoutAManagerNothingHappens) {
  ASSERT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
  NotifyReady("Nobody listens");
  const ScopedEnvironment environment(Environment{{"NOTIFY_SOCKET", "/nowhere/notify"}});
  NotifyReady("Nobody listens");
}

struct IntervalRow {
  std::string name;
  Environment environment;
  std::optional<microseconds> interval;
};
void PrintTo(const IntervalRow& row, std::ostream* out) { *out << row.name; }

class WatchdogIntervalTable : public ::testing::TestWithParam<IntervalRow> {};

TEST_P(WatchdogIntervalTable, IsHalfOfTheManagersPatience) {
  const ScopedEnvironment environment(GetParam().environment);
  EXPECT_EQ(WatchdogInterval(), GetParam().interval);
}

INSTANTIATE_TEST_SUITE_P(
    Table, WatchdogIntervalTable,
    ::testing::Values(IntervalRow{.name = "None", .environment = {}, .interval = std::nullopt},
                      IntervalRow{.name = "ThirtySeconds",
                                  .environment = {{"WATCHDOG_USEC", "30000000"}},
                                  .interval = std::chrono::seconds(15)},
                      IntervalRow{.name = "OfThisProcess",
                                  .environment = {{"WATCHDOG_USEC", "30000000"},
                                                  {"WATCHDOG_PID", std::to_string(getpid())}},
                                  .interval = std::chrono::seconds(15)},
                      IntervalRow{
                          .name = "OfAnotherProcess",
                          .environment = {{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", "1"}},
                          .interval = std::nullopt},
                      IntervalRow{.name = "NotANumber",
                                  .environment = {{"WATCHDOG_USEC", "soon"}},
                                  .interval = std::nullopt}),
    [](const auto& row) { return row.param.name; });

struct NoSocketRow {
  std::string name;
  Environment environment;
  std::string sentence;
};
void PrintTo(const NoSocketRow& row, std::ostream* out) { *out << row.name; }

class NoPassedSocketTable : public ::testing::TestWithParam<NoSocketRow> {};

TEST_P(NoPassedSocketTable, SaysWhy) {
  const ScopedEnvironment environment(GetParam().environment);
  const auto sockets = TakePassedSockets();
  ASSERT_FALSE(sockets);
  EXPECT_EQ(sockets.error(), GetParam().sentence);
}

constexpr const char* kNone =
    "systemd passed no socket; --web.systemd-socket is for a service that a .socket unit starts";

INSTANTIATE_TEST_SUITE_P(
    Table, NoPassedSocketTable,
    ::testing::Values(
        NoSocketRow{.name = "NoManager", .environment = {}, .sentence = kNone},
        NoSocketRow{.name = "ForAnotherProcess",
                    .environment = {{"LISTEN_PID", "1"}, {"LISTEN_FDS", "1"}},
                    .sentence = kNone},
        NoSocketRow{.name = "NotANumber",
                    .environment = {{"LISTEN_PID", "self"}, {"LISTEN_FDS", "1"}},
                    .sentence = "cannot take the sockets that systemd passed: Invalid argument"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace stapling::exporter
