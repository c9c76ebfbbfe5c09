#include "exporter/web/web_gate.h"

#include <gtest/gtest.h>

#include "tests/exporter/web/hashes.h"

namespace stapling::exporter {
namespace {

std::shared_ptr<const WebSecurity> Security(const std::string& yaml) {
  auto config = ParseWebConfig(yaml, "web.yml");
  EXPECT_TRUE(config) << config.error();
  return WebSecurity::Make(std::move(config).value(), "web.yml").value();
}

// alice:U*U, alice:wrong.
constexpr const char* kRight = "Basic YWxpY2U6VSpV";
constexpr const char* kWrong = "Basic YWxpY2U6d3Jvbmc=";
const std::string kAlice = std::string("basic_auth_users: {alice: ") + kHash + "}\n";

Request With(const char* authorization) {
  Request request;
  if (authorization != nullptr) request.headers = {{"Authorization", authorization}};
  return request;
}

// admitted, undecided, or the status.
std::string Text(const Gate::Admission& admission) {
  if (std::holds_alternative<Gate::Admitted>(admission)) return "admitted";
  if (std::holds_alternative<Gate::Undecided>(admission)) return "undecided";
  return std::to_string(std::get<Response>(admission).status);
}

class WebGateTest : public ::testing::Test {
 protected:
  std::shared_ptr<const WebSecurity> current_ = Security("{}");
  WebGate gate_{[this] { return current_; }};
};

TEST_F(WebGateTest, WithoutUsersEverybodyIsAdmitted) {
  EXPECT_EQ(Text(gate_.Look(With(nullptr))), "admitted");
  EXPECT_EQ(Text(gate_.Look(With(kWrong))), "admitted");
  EXPECT_EQ(gate_.Headers(), HeaderList{});
}

TEST_F(WebGateTest, OnlyWhatMustBeComputedIsUndecided) {
  current_ = Security(kAlice);
  EXPECT_EQ(Text(gate_.Look(With(nullptr))), "401");
  EXPECT_EQ(Text(gate_.Look(With("Basic !"))), "401");
  EXPECT_EQ(Text(gate_.Look(With(kRight))), "undecided");
  EXPECT_EQ(gate_.Examine(With(kRight)), std::nullopt);
  EXPECT_EQ(Text(gate_.Look(With(kRight))), "admitted");
  EXPECT_EQ(Text(gate_.Look(With(kWrong))), "undecided");
  const auto refusal = gate_.Examine(With(kWrong));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 401);
  EXPECT_EQ(refusal->headers,
            (HeaderList{{"WWW-Authenticate",
                         "Basic realm=\"ocsp_stapling_exporter\", charset=\"UTF-8\""}}));
  EXPECT_EQ(Text(gate_.Look(With(kWrong))), "401");
}

TEST_F(WebGateTest, ANewConfigurationForgetsOldPasswords) {
  current_ = Security(kAlice);
  EXPECT_EQ(gate_.Examine(With(kRight)), std::nullopt);
  current_ = Security(std::string("basic_auth_users: {alice: ") + kOtherHash + "}\n");
  EXPECT_EQ(Text(gate_.Look(With(kRight))), "undecided");
  EXPECT_TRUE(gate_.Examine(With(kRight)));
}

TEST_F(WebGateTest, TheLimitCountsBeforeThePassword) {
  current_ = Security(kAlice + "rate_limit: {interval: 1h, burst: 2}\n");
  EXPECT_EQ(Text(gate_.Look(With(nullptr))), "401");
  EXPECT_EQ(Text(gate_.Look(With(nullptr))), "401");
  EXPECT_EQ(Text(gate_.Look(With(kRight))), "429");
}

TEST_F(WebGateTest, HeadersAreThoseOfTheFile) {
  current_ = Security("http_server_config: {headers: {X-Frame-Options: deny}}");
  EXPECT_EQ(gate_.Headers(), (HeaderList{{"X-Frame-Options", "deny"}}));
}

}  // namespace
}  // namespace stapling::exporter
