// The demo fleet, its table and its program.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "core/ocsp/verdict.h"
#include "deploy/demo/fleet.h"
#include "deploy/demo/probe_table.h"
#include "tests/e2e/running_demo.h"
#include "tests/support/comparable_page.h"
#include "tests/support/free_port.h"
#include "tests/support/http_get.h"
#include "tests/support/socket.h"

namespace stapling::testing {
namespace {

using demo::DemoServer;
using demo::DemoServers;
using demo::Library;

TEST(DemoFleetTable, ShowsEveryVerdict) {
  std::set<std::string_view> shown;
  for (const DemoServer& server : DemoServers()) shown.insert(server.verdict);
  for (const VerdictInfo& verdict : Verdicts()) {
    EXPECT_TRUE(shown.contains(verdict.label)) << verdict.label;
  }
  EXPECT_EQ(shown.size(), 17U);
}

TEST(DemoFleetTable, NamesEachServerOnce) {
  std::set<std::string_view> names;
  for (const DemoServer& server : DemoServers()) {
    EXPECT_TRUE(names.insert(server.name).second) << server.name;
  }
}

TEST(DemoFleetTable, UsesModulesThatTheConfigurationHas) {
  for (const DemoServer& server : DemoServers()) {
    EXPECT_TRUE(std::ranges::any_of(demo::DemoModules(), [&](const auto& module) {
      return module.name == server.module;
    })) << server.module;
  }
}

class DemoFleetVerdicts : public ::testing::TestWithParam<Library> {};

TEST_P(DemoFleetVerdicts, AreThoseOfTheTable) {
  const auto demo = RunningDemo::Start();
  ASSERT_NE(demo, nullptr);
  for (std::size_t i = 0; i < demo->addresses().size(); ++i) {
    const DemoServer& server = DemoServers()[i];
    SCOPED_TRACE(server.name);
    const auto probed = demo::ProbeThrough(demo->exporter(), demo->addresses()[i],
                                           demo::ModuleFor(server, GetParam()));
    ASSERT_TRUE(probed.ok()) << probed.error();
    EXPECT_EQ(probed->verdict, server.verdict);
    EXPECT_EQ(probed->failure, server.failure);
    EXPECT_EQ(probed->success, server.failure.empty() ? "1" : "0");
  }
}

INSTANTIATE_TEST_SUITE_P(ByLibrary, DemoFleetVerdicts,
                         ::testing::Values(Library::kOpenssl, Library::kGnutls),
                         [](const auto& row) {
                           return row.param == Library::kGnutls ? "Gnutls" : "Openssl";
                         });

// The page of one probe of the i-th server.
std::string PageOf(const RunningDemo& demo, std::size_t i, Library library) {
  const auto response =
      HttpGet(demo.exporter_port(), "/probe?target=" + demo.addresses()[i] +
                                        "&module=" + demo::ModuleFor(DemoServers()[i], library));
  return response.ok() ? response->body : response.error();
}

// Whichever library makes the handshake: the same verdicts, and the same page but for the series
// that tests/support/comparable_page.h names.
TEST(DemoFleet, BothLibrariesSeeTheSame) {
  const auto demo = RunningDemo::Start();
  ASSERT_NE(demo, nullptr);
  for (std::size_t i = 0; i < demo->addresses().size(); ++i) {
    const DemoServer& server = DemoServers()[i];
    SCOPED_TRACE(server.name);
    const std::string openssl = PageOf(*demo, i, Library::kOpenssl);
    const std::string gnutls = PageOf(*demo, i, Library::kGnutls);
    EXPECT_NE(openssl.find("library=\"openssl\",version="), std::string::npos);
    EXPECT_NE(gnutls.find("library=\"gnutls\",version="), std::string::npos);
    EXPECT_EQ(ComparablePage(openssl, ServerStaples::kMadeAnew),
              ComparablePage(gnutls, ServerStaples::kMadeAnew));
  }
}

TEST(DemoFleet, StaplesForTheIntermediateToo) {
  const auto demo = RunningDemo::Start();
  ASSERT_NE(demo, nullptr);
  const auto response =
      HttpGet(demo->exporter_port(), "/probe?module=demo&target=" + demo->AddressOf("good_chain"));
  ASSERT_TRUE(response.ok()) << response.error();
  EXPECT_NE(response->body.find("ocsp_staple_verdict_info{depth=\"1\",verdict=\"good\"} 1\n"),
            std::string::npos)
      << response->body;
}

// What the CA itself says of a server's certificate, and whether the staple says the same.
struct CaAnswer {
  std::string_view server;
  std::string_view sample;
};

constexpr CaAnswer kCaAnswers[] = {
    {"good", R"(/ocsp",verdict="good"} 1)"},
    {"good", R"(/intermediate.crl",verdict="not_revoked"} 1)"},
    {"good", R"(ocsp_revocation_agreement{depth="0"} 1)"},
    {"unknown", R"(/ocsp",verdict="unknown"} 1)"},
    {"revoked", R"(/ocsp",verdict="revoked"} 1)"},
    {"revoked", R"(ocsp_revocation_agreement{depth="0"} 1)"},
    {"revoked_since", R"(/ocsp",verdict="revoked"} 1)"},
    {"revoked_since", R"(/intermediate.crl",verdict="revoked"} 1)"},
    {"revoked_since", R"(ocsp_revocation_agreement{depth="0"} 0)"},
    {"ca_down", R"(/ocsp",reason="refused"} 1)"},
    {"ca_down", R"(/intermediate.crl",reason="refused"} 1)"},
};

TEST(DemoFleet, HasACaThatCanBeAsked) {
  const auto demo = RunningDemo::Start();
  ASSERT_NE(demo, nullptr);
  for (const auto& [server, sample] : kCaAnswers) {
    SCOPED_TRACE(server);
    const auto response = HttpGet(
        demo->exporter_port(), "/probe?module=demo_cross_check&target=" + demo->AddressOf(server));
    ASSERT_TRUE(response.ok()) << response.error();
    EXPECT_NE(response->body.find(sample), std::string::npos) << sample << "\n" << response->body;
  }
}

TEST(DemoFleet, PrintsATableAndSucceedsWhenAllIsAsExpected) {
  const auto demo = RunningDemo::Start();
  ASSERT_NE(demo, nullptr);
  const auto probe = RunProcess(
      {.arguments = {DEMO_FLEET_PROGRAM, "probe", "--directory", demo->directory().path().string(),
                     "--exporter", demo->exporter()}});
  ASSERT_TRUE(probe.ok()) << probe.error();
  EXPECT_EQ(probe->exit_status, 0) << probe->output << probe->errors;
  for (const VerdictInfo& verdict : Verdicts()) {
    EXPECT_NE(probe->output.find(" " + std::string(verdict.label) + " "), std::string::npos)
        << verdict.label;
  }
}

TEST(DemoFleet, SaysWhatItDidNotExpect) {
  const auto demo = RunningDemo::Start();
  ASSERT_NE(demo, nullptr);
  // Every server takes the place of its neighbour.
  std::vector<std::string> addresses = demo->addresses();
  std::rotate(addresses.begin(), addresses.begin() + 1, addresses.end());
  std::ostringstream table;
  const auto surprises = demo::PrintProbeTable(demo->exporter(), addresses, Library::kOpenssl,
                                               demo::Style::kPlain, table);
  ASSERT_TRUE(surprises.ok()) << surprises.error();
  EXPECT_GE(*surprises, 16);
  EXPECT_NE(table.str().find("expected: missing, probe_success 0 staple_missing"),
            std::string::npos)
      << table.str();
}

TEST(DemoFleet, SaysThatTheExporterDoesNotAnswer) {
  const auto demo = RunningDemo::Start();
  ASSERT_NE(demo, nullptr);
  const std::string nobody = HostPort("127.0.0.1", FreePort());
  const auto probe =
      RunProcess({.arguments = {DEMO_FLEET_PROGRAM, "probe", "--directory",
                                demo->directory().path().string(), "--exporter", nobody}});
  ASSERT_TRUE(probe.ok()) << probe.error();
  EXPECT_EQ(probe->exit_status, 2);
  EXPECT_NE(probe->errors.find(nobody), std::string::npos) << probe->errors;
}

TEST(DemoFleet, NamesThePortThatIsInUse) {
  const auto taken = ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(taken.ok()) << taken.error();
  const std::string port = std::to_string(LocalPort(*taken));
  const TempDir directory;
  const auto fleet = RunProcess({.arguments = {DEMO_FLEET_PROGRAM, "serve", "--directory",
                                               directory.path().string(), "--base-port", port}});
  ASSERT_TRUE(fleet.ok()) << fleet.error();
  EXPECT_EQ(fleet->exit_status, 2);
  EXPECT_NE(fleet->errors.find("the server \"missing\" cannot start"), std::string::npos)
      << fleet->errors;
  EXPECT_NE(fleet->errors.find(port), std::string::npos) << fleet->errors;
  EXPECT_NE(fleet->errors.find("--base-port"), std::string::npos) << fleet->errors;
}

}  // namespace
}  // namespace stapling::testing
