// The exporter as a service of systemd: what it tells a manager, and the sockets that it is passed.
// The manager is this test.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "tests/integration/exporter.h"
#include "tests/support/notify_socket.h"
#include "tests/support/socket.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

// That the system chose. What the process said may arrive after its notification.
std::string PortOf(Process& process) {
  const std::string before = "msg=\"listening\" address=127.0.0.1:";
  if (!process.WaitForOutput(before)) return {};
  const std::string log = process.Errors();
  const std::size_t start = log.find(before);
  return log.substr(start + before.size(), log.find('\n', start) - start - before.size());
}

class NotifyTest : public ::testing::Test {
 protected:
  void Start(std::vector<std::string> environment = {}) {
    configuration_ = directory_.Write("exporter.yml", "modules: {first: {}, second: {}}\n");
    environment.push_back("NOTIFY_SOCKET=" + manager_.Path());
    auto started = Process::Start({.arguments = {ExporterPath(), "--web.listen-address=127.0.0.1:0",
                                                 "--config.file=" + configuration_},
                                   .environment = std::move(environment)});
    ASSERT_TRUE(started) << started.error();
    process_ = std::move(*started);
    ready_ = manager_.Next(30s).value_or("");
    port_ = PortOf(*process_);
  }

  [[nodiscard]] std::string Status(const std::string& modules) const {
    return "STATUS=Listening on 127.0.0.1:" + port_ + "; modules: " + modules;
  }

  const NotifySocket manager_;
  const TempDir directory_;
  std::string configuration_;
  std::unique_ptr<Process> process_;
  std::string ready_;
  std::string port_;
};

TEST_F(NotifyTest, IsReadyOnceItAnswers) {
  Start();
  ASSERT_FALSE(port_.empty()) << process_->Errors();
  EXPECT_EQ(ready_, "READY=1\n" + Status("first, second"));
  const auto response = HttpGet(static_cast<std::uint16_t>(std::stoul(port_)), "/-/ready");
  ASSERT_TRUE(response) << response.error();
  EXPECT_EQ(response->status, 200);
}

TEST_F(NotifyTest, TellsWhatAReloadCameTo) {
  Start();
  struct Row {
    const char* configuration;
    const char* modules;
  };
  for (const Row& row : {Row{.configuration = "modules: {third: {}}\n", .modules = "third"},
                         Row{.configuration = "modules: {bad\n", .modules = "third"}}) {
    directory_.Write("exporter.yml", row.configuration);
    process_->Signal(SIGHUP);
    const auto reloading = manager_.Next();
    ASSERT_TRUE(reloading) << row.configuration;
    EXPECT_TRUE(reloading->starts_with("RELOADING=1\nMONOTONIC_USEC=")) << *reloading;
    EXPECT_EQ(manager_.Next(), "READY=1\n" + Status(row.modules)) << row.configuration;
  }
}

TEST_F(NotifyTest, SaysThatItStops) {
  Start();
  process_->Signal(SIGTERM);
  EXPECT_EQ(manager_.Next(), "STOPPING=1\nSTATUS=Answering what still runs");
  EXPECT_EQ(process_->Wait(10s), 0);
}

TEST_F(NotifyTest, GivesSignsOfLife) {
  Start({"WATCHDOG_USEC=200000"});
  for (int sign = 0; sign < 3; ++sign) {
    EXPECT_EQ(manager_.Next(), "WATCHDOG=1\n" + Status("first, second"));
  }
}

TEST_F(NotifyTest, NoSignOfLifeWhereNobodyWatches) {
  Start();
  process_->Signal(SIGTERM);
  ASSERT_EQ(process_->Wait(10s), 0);
  EXPECT_EQ(manager_.Next(), "STOPPING=1\nSTATUS=Answering what still runs");
  EXPECT_EQ(manager_.Next(0ms), std::nullopt);
}

// The exporter, started with `sockets` as descriptors 3 and up, as systemd does it.
Result<std::unique_ptr<Process>> StartWith(const std::vector<const Socket*>& sockets) {
  std::string script;
  // First out of the way, then into place.
  int spare = 100;
  for (const Socket* socket : sockets) {
    fcntl(socket->get(), F_SETFD, 0);
    script += "exec " + std::to_string(spare++) + "<&" + std::to_string(socket->get()) + "; ";
  }
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    script += "exec " + std::to_string(3 + i) + "<&" + std::to_string(100 + i) + " " +
              std::to_string(100 + i) + "<&-; ";
  }
  script += "LISTEN_PID=$$ LISTEN_FDS=" + std::to_string(sockets.size()) + " exec \"$0\" \"$@\"";
  return Process::Start(
      {.arguments = {"bash", "-c", script, ExporterPath(), "--web.systemd-socket"}});
}

TEST(PassedSockets, AreServedInsteadOfTheListenAddresses) {
  const auto first = ListenTcp("127.0.0.1", 0);
  const auto second = ListenTcp("::1", 0);
  ASSERT_TRUE(first) << first.error();
  ASSERT_TRUE(second) << second.error();
  // Who comes before the service runs, waits in the socket.
  const auto early = ConnectTcp("127.0.0.1", LocalPort(*first));
  ASSERT_TRUE(early) << early.error();

  const auto exporter = StartWith({&*first, &*second});
  ASSERT_TRUE(exporter) << exporter.error();
  const std::string address = HostPort("::1", LocalPort(*second));
  ASSERT_TRUE((*exporter)->WaitForOutput("msg=\"listening\" address=" + address + "\n", 30s))
      << (*exporter)->Errors();
  const std::string log = (*exporter)->Errors();
  EXPECT_NE(log.find("address=" + HostPort("127.0.0.1", LocalPort(*first))), std::string::npos);
  EXPECT_EQ(log.find(":6960"), std::string::npos) << log;
  const auto response = HttpGet(LocalPort(*first), "/-/healthy");
  ASSERT_TRUE(response) << response.error();
  EXPECT_EQ(response->status, 200);
}

struct BadSocketRow {
  std::string name;
  std::function<Result<Socket>()> make;
  std::string sentence;
};
void PrintTo(const BadSocketRow& row, std::ostream* out) { *out << row.name; }

class BadSocketTable : public ::testing::TestWithParam<BadSocketRow> {};

TEST_P(BadSocketTable, IsRefused) {
  const auto socket = GetParam().make();
  ASSERT_TRUE(socket) << socket.error();
  const auto exporter = StartWith({&*socket});
  ASSERT_TRUE(exporter) << exporter.error();
  EXPECT_EQ((*exporter)->Wait(30s), 1);
  EXPECT_NE((*exporter)->Errors().find("msg=\"cannot start\" err=\"" + GetParam().sentence + "\""),
            std::string::npos)
      << (*exporter)->Errors();
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadSocketTable,
    ::testing::Values(
        BadSocketRow{.name = "Udp",
                     .make = [] { return BindUdp("127.0.0.1", 0); },
                     .sentence = "the passed descriptor 3 is not a listening TCP socket"},
        BadSocketRow{.name = "Unix",
                     .make = []() -> Result<Socket> {
                       return Socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
                     },
                     .sentence = "the passed descriptor 3 is not a listening TCP socket"},
        BadSocketRow{.name = "TcpThatDoesNotListen",
                     .make = []() -> Result<Socket> {
                       return Socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
                     },
                     .sentence = "the passed descriptor 3 is not a listening TCP socket"},
        BadSocketRow{.name = "NoSocket",
                     .make = []() -> Result<Socket> {
                       return Socket(open("/dev/null", O_RDONLY | O_CLOEXEC));
                     },
                     .sentence = "the passed descriptor 3 is not a listening TCP socket"}),
    [](const auto& row) { return row.param.name; });

TEST(PassedSockets, NoneIsAnError) {
  const ProcessResult result = RunExporter({"--web.systemd-socket"});
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_NE(result.errors.find("msg=\"cannot start\" err=\"systemd passed no socket; "
                               "--web.systemd-socket is for a service that a .socket unit "
                               "starts\""),
            std::string::npos)
      << result.errors;
}

}  // namespace
}  // namespace stapling::testing
