#include "tests/support/process.h"

#include <gtest/gtest.h>

#include <csignal>

#include "tests/support/free_port.h"
#include "tests/support/http_get.h"
#include "tests/support/rude_server.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ProcessTest, GivesStatusAndOutput) {
  const auto ran = RunProcess({.arguments = {"sh", "-c", "cat; echo $WORD >&2; exit 7"},
                               .environment = {"WORD=oops"},
                               .input = "hello"});
  ASSERT_TRUE(ran.ok()) << ran.error();
  EXPECT_EQ(ran->exit_status, 7);
  EXPECT_EQ(ran->output, "hello");
  EXPECT_EQ(ran->errors, "oops\n");
}

TEST(ProcessTest, SaysWhatCannotRun) {
  const auto ran = RunProcess({.arguments = {"/no/such/program"}});
  ASSERT_FALSE(ran.ok());
  EXPECT_EQ(ran.error(), "cannot run /no/such/program: No such file or directory");
}

TEST(ProcessTest, WaitsForWordsAndSignals) {
  auto process = Process::Start({.arguments = {"sh", "-c", "echo ready; exec sleep 1000"}}).value();
  EXPECT_TRUE(process->WaitForOutput("ready"));
  EXPECT_FALSE(process->WaitForOutput("never", milliseconds(20)));
  EXPECT_EQ(process->Wait(milliseconds(0)), std::nullopt);
  EXPECT_TRUE(process->Running());
  process->Signal(SIGTERM);
  EXPECT_EQ(process->Wait(seconds(5)), 128 + SIGTERM);
}

TEST(ProcessTest, EndsTheWholeGroup) {
  pid_t pid = 0;
  {
    auto process =
        Process::Start({.arguments = {"sh", "-c", "trap '' TERM; sleep 1000 & echo ready; wait"}})
            .value();
    pid = process->pid();
    ASSERT_TRUE(process->WaitForOutput("ready"));
  }
  EXPECT_TRUE(WaitUntil([&] { return kill(-pid, 0) != 0; }));
}

TEST(TempDirTest, GoesWithItsContents) {
  std::filesystem::path path;
  {
    const TempDir directory;
    path = directory.path();
    directory.Write("file", "content");
    EXPECT_EQ(directory.Read("file"), "content");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(FreePortTest, GivesNoPortTwice) {
  const std::uint16_t first = FreePort();
  EXPECT_NE(first, 0);
  EXPECT_NE(FreePort(), first);
}

struct HttpCase {
  const char* name;
  const char* sent;
  int status;
  const char* body;
};

void PrintTo(const HttpCase& row, std::ostream* out) { *out << row.name; }

class HttpGetTest : public ::testing::TestWithParam<HttpCase> {};

TEST_P(HttpGetTest, ReadsTheBody) {
  const auto server = RudeServer::Start(PlainText(GetParam().sent, Afterwards::kClose)).value();
  const auto response = HttpGet(server->port(), "/");
  ASSERT_TRUE(response.ok()) << response.error();
  EXPECT_EQ(response->status, GetParam().status);
  EXPECT_EQ(response->body, GetParam().body);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, HttpGetTest,
    ::testing::Values(
        HttpCase{"Length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef", 200, "abc"},
        HttpCase{"UntilTheEnd", "HTTP/1.1 404 Not Found\r\n\r\nnot here", 404, "not here"},
        HttpCase{"Chunked",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789"
                 "\r\n0\r\n\r\n",
                 200, "abc0123456789"}),
    [](const auto& row) { return row.param.name; });

TEST(HttpGetTest, HasADeadline) {
  const auto server = RudeServer::Start(PlainText("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"));
  const auto response = SendHttp({.port = (*server)->port(), .timeout = milliseconds(50)});
  EXPECT_FALSE(response.ok());
}

TEST(UrlEncodeTest, KeepsUnreservedCharacters) {
  EXPECT_EQ(UrlEncode("a-b_c.d~ [::1]:443"), "a-b_c.d~%20%5B%3A%3A1%5D%3A443");
}

}  // namespace
}  // namespace stapling::testing
