// Every bad staple of the demo fleet is judged again, with what /staple gives and nothing else.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "deploy/demo/fleet.h"
#include "deploy/demo/probe_table.h"
#include "tests/e2e/running_demo.h"
#include "tests/support/http_get.h"
#include "tests/support/judge_again.h"

namespace stapling::testing {
namespace {

using demo::DemoServer;
using demo::DemoServers;
using demo::Library;

std::string Get(const RunningDemo& demo, const std::string& path) {
  const auto response = HttpGet(demo.exporter_port(), path);
  return response ? response->body : response.error();
}

// What the newest failed probe of the home page leads to.
// That the page's row of this target leads to.
std::string EvidenceOf(const RunningDemo& demo, const std::string& target) {
  const std::string home = Get(demo, "/");
  const std::size_t start = home.find("staple?id=", home.find(target));
  if (start == std::string::npos) return "no evidence in " + home;
  return Get(demo, "/" + home.substr(start, home.find('"', start) - start));
}

class EvidenceOfTheFleet : public ::testing::TestWithParam<Library> {};

TEST_P(EvidenceOfTheFleet, LeadsToTheSameVerdicts) {
  const auto demo = RunningDemo::Start();
  ASSERT_NE(demo, nullptr);
  int bad = 0;
  for (std::size_t i = 0; i < demo->addresses().size(); ++i) {
    const DemoServer& server = DemoServers()[i];
    SCOPED_TRACE(server.name);
    const auto probed = demo::ProbeThrough(demo->exporter(), demo->addresses()[i],
                                           demo::ModuleFor(server, GetParam()));
    ASSERT_TRUE(probed.ok()) << probed.error();
    if (server.verdict == "good") continue;
    ++bad;
    const std::string evidence = EvidenceOf(*demo, demo->addresses()[i]);
    SCOPED_TRACE(evidence);
    EXPECT_NE(evidence.find("Target:   " + demo->addresses()[i] + "\n"), std::string::npos);
    const auto judged = JudgeAgain(evidence, EXPORTER_PROGRAM);
    if (server.verdict == "missing") {
      EXPECT_TRUE(judged.empty());
      EXPECT_NE(evidence.find("No staple was seen"), std::string::npos);
      EXPECT_NE(evidence.find("-----BEGIN CERTIFICATE-----"), std::string::npos);
      continue;
    }
    ASSERT_EQ(judged.size(), 1U);
    EXPECT_EQ(judged[0].exit_status, 2) << judged[0].errors;
    const auto json = nlohmann::json::parse(judged[0].output, nullptr, false);
    ASSERT_TRUE(json.is_object()) << judged[0].output;
    EXPECT_EQ(json["verdict"], server.verdict);
  }
  EXPECT_EQ(bad, 17);
}

INSTANTIATE_TEST_SUITE_P(ByLibrary, EvidenceOfTheFleet,
                         ::testing::Values(Library::kOpenssl, Library::kGnutls),
                         [](const auto& row) {
                           return row.param == Library::kGnutls ? "Gnutls" : "Openssl";
                         });

}  // namespace
}  // namespace stapling::testing
