// A server that staples at times: nginx fetches its staple once the first client has asked for one,
// and lets that client go without.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/integration/exporter.h"
#include "tests/integration/ocsp_responder.h"
#include "tests/integration/real_server.h"
#include "tests/integration/site.h"

namespace stapling::testing {
namespace {

using nlohmann::json;

class AttemptsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto responder = OcspResponder::Start(site_, CertStatus::kGood);
    ASSERT_TRUE(responder) << responder.error();
    responder_ = std::move(responder).value();
    auto nginx = StartNginxWithResponder(site_, responder_->Url());
    ASSERT_TRUE(nginx) << nginx.error();
    nginx_ = std::move(nginx).value();
  }

  // The report of `check` on the target, by a module with these further lines.
  json Check(const std::vector<std::string>& flags, const std::string& module = {}) {
    std::vector<std::string> arguments = {
        "check", "localhost:" + std::to_string(nginx_->port()), "--format=json", "--timeout=60s",
        "--config.file=" +
            site_.directory().Write("check.yml", ModuleTrusting(site_.CaFile(), module))};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const ProcessResult result = RunExporter(arguments);
    EXPECT_EQ(result.errors, "");
    return json::parse(result.output);
  }

  Site site_{Site::Leaf::kMustStaple};
  std::unique_ptr<OcspResponder> responder_;
  std::unique_ptr<RealServer> nginx_;
};

TEST_F(AttemptsTest, TheFirstConnectionGoesWithout) {
  const json report = Check({});
  EXPECT_EQ(report["failure"], (json{{"phase", "judge"}, {"reason", "staple_missing"}}));
  EXPECT_EQ(report["probes"][0]["staples"][0]["verdict"], "missing");
  EXPECT_EQ(report["probes"][0]["attempts"], 1);
}

TEST_F(AttemptsTest, SeveralShowThatItStaplesAtTimes) {
  constexpr int kConnections = 300;  // more than come before the responder has answered
  const json report = Check({"--repeat=" + std::to_string(kConnections)});
  const json& probe = report["probes"][0];
  EXPECT_EQ(report["failure"], (json{{"phase", "judge"}, {"reason", "staple_intermittent"}}));
  EXPECT_EQ(report["exit_status"], 2);
  EXPECT_EQ(probe["staples"][0]["verdict"], "good");
  EXPECT_EQ(probe["attempts"], kConnections);
  EXPECT_GT(probe["attempts_stapled"], 0);
  EXPECT_LT(probe["attempts_stapled"], kConnections);
  EXPECT_EQ(probe["distinct_staples"], 1);
}

TEST_F(AttemptsTest, WhereNoneIsRequiredItIsAWarning) {
  const json report = Check({"--repeat=300"}, "    staple: {require: never}\n");
  EXPECT_EQ(report["failure"], nullptr);
  EXPECT_EQ(report["exit_status"], 1);
}

}  // namespace
}  // namespace stapling::testing
