#include "core/revocation/ca_client.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>

#include "tests/core/fixed_pki.h"

namespace stapling::testing {
namespace {

CaQuestion Question(const Module& module) {
  const CaClient client(module, nullptr, ResolverSettings{}, TargetPolicy{});
  return client.AskResponder("http://ocsp.test/", Pki().leaf.x509(), Pki().intermediate.x509());
}

CaQuestion CrlQuestion(const Module& module) {
  return CaClient(module, nullptr, ResolverSettings{}, TargetPolicy{})
      .AskForCrl("http://crl.test/");
}

struct WayRow {
  const char* name;
  std::function<void(Module&)> change;
  bool another;  // answer than without the change
};
std::ostream& operator<<(std::ostream& out, const WayRow& row) { return out << row.name; }

class CaQuestionTest : public ::testing::TestWithParam<WayRow> {};

// Whoever goes another way, or trusts others on it, may find another answer there.
TEST_P(CaQuestionTest, IsTheSameWhereTheAnswerMustBe) {
  const Module usual;
  Module changed;
  GetParam().change(changed);
  EXPECT_EQ(Question(changed).key != Question(usual).key, GetParam().another);
  EXPECT_EQ(CrlQuestion(changed).key != CrlQuestion(usual).key, GetParam().another);
}

INSTANTIATE_TEST_SUITE_P(
    Table, CaQuestionTest,
    ::testing::Values(
        WayRow{"nothing", [](Module&) {}, false},
        WayRow{"name", [](Module& m) { m.name = "another"; }, false},
        WayRow{"server_name", [](Module& m) { m.tls.server_name = "a.test"; }, false},
        WayRow{"ca_file", [](Module& m) { m.tls.ca_file = "/ca.pem"; }, true},
        WayRow{"source_ip_address", [](Module& m) { m.source_ip_address = "192.0.2.1"; }, true},
        WayRow{"preferred_ip_protocol",
               [](Module& m) { m.preferred_ip_protocol = IpProtocol::kIp6; }, true},
        WayRow{"ip_protocol_fallback", [](Module& m) { m.ip_protocol_fallback = false; }, true},
        WayRow{"proxy",
               [](Module& m) {
                 m.cross_check.proxy = ParseProxyUrl("http://proxy.test:3128").value();
               },
               true},
        WayRow{"proxy_of_the_targets",
               [](Module& m) { m.proxy = ParseProxyUrl("http://proxy.test:3128").value(); },
               false}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::testing
