#include "exporter/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <utility>

#include "core/net/file_descriptor.h"

namespace stapling::exporter {
namespace {

// 2026-11-20T10:00:00.007Z.
constexpr std::chrono::system_clock::time_point kTime{std::chrono::milliseconds(1795168800007)};

struct Row {
  std::string name;
  std::string message;
  LogFields fields;
  std::string logfmt;  // after ts and level
  std::string json;
};

class LogLine : public ::testing::TestWithParam<Row> {};

TEST_P(LogLine, IsLogfmt) {
  EXPECT_EQ(FormatLogLine(LogFormat::kLogfmt, LogLevel::kInfo, kTime, GetParam().message,
                          GetParam().fields),
            "ts=2026-11-20T10:00:00.007Z level=info " + GetParam().logfmt);
}

TEST_P(LogLine, IsJson) {
  EXPECT_EQ(FormatLogLine(LogFormat::kJson, LogLevel::kInfo, kTime, GetParam().message,
                          GetParam().fields),
            "{\"ts\":\"2026-11-20T10:00:00.007Z\",\"level\":\"info\"," + GetParam().json + "}");
}

INSTANTIATE_TEST_SUITE_P(
    Table, LogLine,
    ::testing::Values(Row{.name = "message_alone",
                          .message = "started",
                          .fields = {},
                          .logfmt = R"(msg="started")",
                          .json = R"("msg":"started")"},
                      Row{.name = "bare_value",
                          .message = "m",
                          .fields = {{"address", "[::1]:6960"}},
                          .logfmt = R"(msg="m" address=[::1]:6960)",
                          .json = R"("msg":"m","address":"[::1]:6960")"},
                      Row{.name = "value_with_space",
                          .message = "m",
                          .fields = {{"a", "b c"}},
                          .logfmt = R"(msg="m" a="b c")",
                          .json = R"("msg":"m","a":"b c")"},
                      Row{.name = "empty_value",
                          .message = "m",
                          .fields = {{"a", ""}},
                          .logfmt = R"(msg="m" a="")",
                          .json = R"("msg":"m","a":"")"},
                      Row{.name = "equals_sign",
                          .message = "m",
                          .fields = {{"a", "b=c"}},
                          .logfmt = R"(msg="m" a="b=c")",
                          .json = R"("msg":"m","a":"b=c")"},
                      Row{.name = "quotes_and_backslashes",
                          .message = R"(a "b" \c)",
                          .fields = {},
                          .logfmt = R"(msg="a \"b\" \\c")",
                          .json = R"("msg":"a \"b\" \\c")"},
                      Row{.name = "a_forged_line",
                          .message = "m",
                          .fields = {{"target", "x\nts=1 level=error msg=\"forged\""}},
                          .logfmt = R"(msg="m" target="x\nts=1 level=error msg=\"forged\"")",
                          .json = R"("msg":"m","target":"x\nts=1 level=error msg=\"forged\"")"},
                      Row{.name = "control_characters",
                          .message = std::string("a\0b\x1B[31m\r\t\x7F", 11),
                          .fields = {},
                          .logfmt = R"(msg="a\u0000b\u001b[31m\r\t\u007f")",
                          .json = R"("msg":"a\u0000b\u001b[31m\r\t\u007f")"},
                      Row{.name = "utf8_is_kept",
                          .message = "caf\xC3\xA9 \xE2\x82\xAC",
                          .fields = {},
                          .logfmt = "msg=\"caf\xC3\xA9 \xE2\x82\xAC\"",
                          .json = "\"msg\":\"caf\xC3\xA9 \xE2\x82\xAC\""},
                      Row{.name = "broken_utf8_is_replaced",
                          .message = "caf\xE9",
                          .fields = {},
                          .logfmt = "msg=\"caf\xEF\xBF\xBD\"",
                          .json = "\"msg\":\"caf\xEF\xBF\xBD\""}),
    [](const auto& row) { return row.param.name; });

TEST(LogLineLength, IsBounded) {
  const std::string line = FormatLogLine(LogFormat::kLogfmt, LogLevel::kInfo, kTime, "m",
                                         {{"a", std::string(1'000'000, 'x')}});
  EXPECT_LT(line.size(), 4096U);
  EXPECT_TRUE(line.ends_with("...\""));
}

// Both ends do not block, for the test's own sake.
struct Pipe {
  FileDescriptor reader;
  FileDescriptor writer;
};

Pipe MakePipe() {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  EXPECT_EQ(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

Pipe MakeSocketPair() {
  std::array<int, 2> ends{};
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  EXPECT_EQ(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

std::string Drain(const FileDescriptor& reader) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t count = 0; (count = read(reader.get(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

TEST(Logger, WritesWhatItsLevelAllows) {
  const Pipe pipe = MakePipe();
  const Logger logger({.level = LogLevel::kWarn, .descriptor = pipe.writer.get()});
  logger.Debug("d");
  logger.Info("i");
  logger.Warn("w");
  logger.Error("e", {{"k", "v"}});
  EXPECT_FALSE(logger.Enabled(LogLevel::kInfo));
  EXPECT_TRUE(logger.Enabled(LogLevel::kWarn));
  const std::string text = Drain(pipe.reader);
  EXPECT_EQ(text.find("msg=\"d\""), std::string::npos);
  EXPECT_EQ(text.find("msg=\"i\""), std::string::npos);
  EXPECT_NE(text.find("level=warn msg=\"w\"\n"), std::string::npos) << text;
  EXPECT_NE(text.find("level=error msg=\"e\" k=v\n"), std::string::npos) << text;
}

struct ReaderRow {
  std::string name;
  Pipe (*make)();
};

class LogReader : public ::testing::TestWithParam<ReaderRow> {};

// Were a write to wait, this test would never end.
TEST_P(LogReader, ThatIsTooSlowCostsLinesNotTime) {
  const Pipe pipe = GetParam().make();
  const Logger logger({.descriptor = pipe.writer.get()});
  const std::string filler(1000, 'x');
  for (int i = 0; i < 1000; ++i) logger.Info(filler);
  EXPECT_FALSE(Drain(pipe.reader).empty());
  logger.Info("after");
  const std::string text = Drain(pipe.reader);
  EXPECT_NE(text.find("log lines were lost"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("level=info msg=\"after\"\n")) << text;
}

TEST_P(LogReader, ThatIsGoneDoesNotEndTheProgram) {
  std::signal(SIGPIPE, SIG_IGN);  // as main does
  Pipe pipe = GetParam().make();
  const Logger logger({.descriptor = pipe.writer.get()});
  pipe.reader.Reset();
  for (int i = 0; i < 10; ++i) logger.Info("nobody reads this");
}

INSTANTIATE_TEST_SUITE_P(Table, LogReader,
                         ::testing::Values(ReaderRow{.name = "pipe", .make = MakePipe},
                                           ReaderRow{.name = "socket", .make = MakeSocketPair}),
                         [](const auto& row) { return row.param.name; });

TEST(Logger, LivesWithoutADescriptor) {
  const Logger logger({.descriptor = -1});
  logger.Error("nowhere to go");
}

TEST(Logger, LivesWithAFullDisk) {
  const FileDescriptor full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full);
  const Logger logger({.descriptor = full.get()});
  logger.Error("no space for this");
}

}  // namespace
}  // namespace stapling::exporter
