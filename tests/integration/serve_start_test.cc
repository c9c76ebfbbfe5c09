// How the exporter starts: soon, small, alone on its port, and not at all with bad input.

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/integration/exporter.h"
#include "tests/integration/samples.h"
#include "tests/support/process_usage.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

TEST(ServeStart, AnswersItsFirstScrapeSoon) {
  const auto start = std::chrono::steady_clock::now();
  const auto exporter = Exporter::Start("");
  ASSERT_TRUE(exporter) << exporter.error();
  EXPECT_EQ((*exporter)->Get("/metrics").status, 200);
  // A tenth of a second where nothing else runs; here, a bound for a busy machine.
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

// Sanitizers keep books of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(ServeStart, IdleStaysSmall) {
#ifdef NDEBUG
  constexpr std::size_t kMost = std::size_t{16} << 20U;
#else
  constexpr std::size_t kMost = std::size_t{20} << 20U;  // the program itself is larger
#endif
  const auto exporter = Exporter::Start("");
  ASSERT_TRUE(exporter) << exporter.error();
  ASSERT_EQ((*exporter)->Get("/metrics").status, 200);
  const std::size_t resident = UsageOf((*exporter)->process().pid()).resident_bytes;
  EXPECT_GT(resident, 0U);
  EXPECT_LT(resident, kMost);
}
#endif

TEST(ServeStart, RefusesAPortThatIsTaken) {
  const auto exporter = Exporter::Start("");
  ASSERT_TRUE(exporter) << exporter.error();
  const std::string address = "127.0.0.1:" + std::to_string((*exporter)->port());
  const ProcessResult second = RunExporter({"--web.listen-address=" + address});
  EXPECT_EQ(second.exit_status, 1);
  EXPECT_NE(second.errors.find("level=error msg=\"cannot start\" err=\"cannot listen on " +
                               address + ": another process is listening there\""),
            std::string::npos)
      << second.errors;
  EXPECT_EQ((*exporter)->Get("/-/healthy").status, 200);
}

TEST(ServeStart, PrintedDefaultsAreAConfiguration) {
  const ProcessResult printed = RunExporter({"--config.print-defaults"});
  EXPECT_EQ(printed.exit_status, 0);
  EXPECT_EQ(printed.errors, "");
  const auto exporter = Exporter::Start(printed.output);
  ASSERT_TRUE(exporter) << exporter.error();
  EXPECT_EQ((*exporter)->Get("/config").body, printed.output);
}

struct BadFlagCase {
  const char* name;
  std::vector<std::string> arguments;
  const char* sentence;
};

void PrintTo(const BadFlagCase& row, std::ostream* out) { *out << row.name; }

class BadFlagTest : public ::testing::TestWithParam<BadFlagCase> {};

TEST_P(BadFlagTest, EndsWithOneSentence) {
  const ProcessResult result = RunExporter(GetParam().arguments);
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_EQ(result.output, "");
  EXPECT_EQ(result.errors, GetParam().sentence);
}

INSTANTIATE_TEST_SUITE_P(
    Serve, BadFlagTest,
    ::testing::ValuesIn(std::vector<BadFlagCase>{
        {.name = "UnknownCommand",
         .arguments = {"scrape"},
         .sentence = "ocsp_stapling_exporter: unknown command \"scrape\"; the commands are serve, "
                     "check, verify (ocsp_stapling_exporter --help says more)\n"},
        {.name = "AddressWithoutAPort",
         .arguments = {"--web.listen-address=127.0.0.1"},
         .sentence = "ocsp_stapling_exporter: --web.listen-address is wrong: listen address "
                     "\"127.0.0.1\": no port; write HOST:PORT or :PORT (ocsp_stapling_exporter "
                     "--help says more)\n"},
        {.name = "UnknownFlag",
         .arguments = {"--web.listen=:1"},
         .sentence = "ocsp_stapling_exporter: unknown flag \"--web.listen\" "
                     "(ocsp_stapling_exporter --help says more)\n"},
        {.name = "UnknownLogLevel",
         .arguments = {"--log.level=loud"},
         .sentence = "ocsp_stapling_exporter: --log.level must be one of debug, info, warn, error, "
                     "not \"loud\" (ocsp_stapling_exporter --help says more)\n"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::testing
