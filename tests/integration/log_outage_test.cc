// A log that cannot be written: the disk is full, the reader gone or asleep, the stream closed. The
// exporter probes on, at its usual pace.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/integration/ordeal.h"
#include "tests/integration/prober_crew.h"
#include "tests/integration/scrape.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

struct Outage {
  const char* name;
  const char* redirections;  // of the shell that becomes the exporter
};

// More lines than a pipe holds.
TEST(LogOutage, HindersNoProbe) {
  constexpr std::size_t kProbes = 200;
  const Site site;
  const auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {BuildOcspResponse(site.Good())}});
  ASSERT_TRUE(server) << server.error();
  const std::string pipe = site.Path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const Outage& outage :
       {Outage{"the disk is full", "2>/dev/full"}, Outage{"the reader is gone", "2> >(exec true)"},
        Outage{"nobody reads", "2<>\"$PIPE\""}, Outage{"no standard error", "2>&-"},
        Outage{"no standard output", "1>&-"}, Outage{"no standard stream", "0<&- 1>&- 2>&-"}}) {
    SCOPED_TRACE(outage.name);
    const auto exporter = Exporter::Start(
        ModuleTrusting(site.CaFile()), {"--log.level=debug", "--log.prober=debug"},
        {.wrapper = {"bash", "-c", std::string("exec \"$0\" \"$@\" ") + outage.redirections},
         .environment = {"PIPE=" + pipe},
         .mute = true});
    ASSERT_TRUE(exporter) << exporter.error();
    {
      Ordeal ordeal(std::string("log: ") + outage.name, **exporter);
      ordeal.Try("probes", [&] {
        ProberCrew crew(**exporter, {.target = (*server)->Target()}, 2);
        EXPECT_TRUE(WaitUntil([&] { return crew.Probes() >= kProbes; }, 60s)) << crew.Probes();
        crew.Stop();
        EXPECT_EQ(crew.Failures(), 0U) << crew.FirstFailure();
        EXPECT_LT(crew.Worst(), 5s);
      });
      EXPECT_TRUE(ordeal.AllSurvived());
    }
    Process& process = (*exporter)->process();
    process.Signal(SIGTERM);
    EXPECT_EQ(process.Wait(10s), 0);
  }
}

// Else the next file or socket would get their numbers, and the log would be written to it.
TEST(LogOutage, ClosedStandardStreamsAreNobodyElses) {
  const auto exporter = Exporter::Start(
      "modules: {test: {}}\n", {},
      {.wrapper = {"bash", "-c", "exec \"$0\" \"$@\" 0<&- 1>&- 2>&-"}, .mute = true});
  ASSERT_TRUE(exporter) << exporter.error();
  const std::string descriptors = "/proc/" + std::to_string((*exporter)->process().pid()) + "/fd/";
  for (const char* number : {"0", "1", "2"}) {
    std::error_code error;
    EXPECT_EQ(std::filesystem::read_symlink(descriptors + number, error), "/dev/null") << number;
  }
}

}  // namespace
}  // namespace stapling::testing
