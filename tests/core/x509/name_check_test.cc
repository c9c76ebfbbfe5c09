#include "core/x509/name_check.h"

#include <gtest/gtest.h>

#include <ostream>

#include "tests/core/fixed_pki.h"
#include "tests/support/pki.h"

namespace stapling::testing {
namespace {

struct Row {
  std::string name;
  std::vector<std::string> dns_names = {};
  std::vector<std::string> ip_addresses = {};
  std::string host;
  bool matches = false;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class MatchesHostTest : public ::testing::TestWithParam<Row> {};

// The common name is host.test throughout, and never counts.
TEST_P(MatchesHostTest, LooksAtSubjectAltNamesAlone) {
  const Certificate certificate = IssueCertificate({.subject = "host.test",
                                                    .now = kNow,
                                                    .dns_names = GetParam().dns_names,
                                                    .ip_addresses = GetParam().ip_addresses});
  EXPECT_EQ(MatchesHost(certificate.x509(), GetParam().host), GetParam().matches);
}

const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    Names, MatchesHostTest,
    ::testing::Values(
        Row{.name = "same", .dns_names = {"a.test"}, .host = "a.test", .matches = true},
        Row{.name = "second", .dns_names = {"b.test", "a.test"}, .host = "a.test", .matches = true},
        Row{.name = "other", .dns_names = {"b.test"}, .host = "a.test"},
        Row{.name = "upper_case_certificate",
            .dns_names = {"A.Test"},
            .host = "a.test",
            .matches = true},
        Row{.name = "upper_case_host", .dns_names = {"a.test"}, .host = "A.TEST", .matches = true},
        Row{.name = "trailing_dot", .dns_names = {"a.test"}, .host = "a.test.", .matches = true},
        Row{.name = "underscore", .dns_names = {"a_b.test"}, .host = "a_b.test", .matches = true},
        Row{.name = "single_label",
            .dns_names = {"localhost"},
            .host = "localhost",
            .matches = true},
        Row{.name = "common_name_alone", .host = "host.test"},
        Row{.name = "common_name_beside_others", .dns_names = {"a.test"}, .host = "host.test"},
        Row{.name = "common_name_beside_an_address",
            .ip_addresses = {"192.0.2.1"},
            .host = "host.test"},
        Row{.name = "parent", .dns_names = {"a.test"}, .host = "test"},
        Row{.name = "child", .dns_names = {"a.test"}, .host = "b.a.test"},
        Row{.name = "leading_dot_is_no_suffix_match", .dns_names = {"a.test"}, .host = ".test"},
        Row{.name = "empty", .dns_names = {"a.test"}, .host = ""},
        Row{.name = "dot", .dns_names = {"a.test"}, .host = "."},
        Row{.name = "embedded_nul",
            .dns_names = {"a.test"},
            .host = std::string("a.test\0.evil", 12)},
        Row{.name = "embedded_nul_in_the_certificate",
            .dns_names = {std::string("a.test\0.evil", 12)},
            .host = "a.test"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Wildcards, MatchesHostTest,
    ::testing::Values(
        Row{.name = "one_label", .dns_names = {"*.a.test"}, .host = "b.a.test", .matches = true},
        Row{.name = "one_label_and_trailing_dot",
            .dns_names = {"*.a.test"},
            .host = "b.a.test.",
            .matches = true},
        Row{.name = "no_label", .dns_names = {"*.a.test"}, .host = "a.test"},
        Row{.name = "two_labels", .dns_names = {"*.a.test"}, .host = "c.b.a.test"},
        Row{.name = "partial_label", .dns_names = {"b*.a.test"}, .host = "bc.a.test"},
        Row{.name = "not_leftmost", .dns_names = {"b.*.test"}, .host = "b.a.test"},
        Row{.name = "alone", .dns_names = {"*"}, .host = "a"},
        Row{.name = "of_an_address", .dns_names = {"*.0.2.1"}, .host = "192.0.2.1"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Addresses, MatchesHostTest,
    ::testing::Values(
        Row{.name = "ip4", .ip_addresses = {"192.0.2.1"}, .host = "192.0.2.1", .matches = true},
        Row{.name = "other_ip4", .ip_addresses = {"192.0.2.2"}, .host = "192.0.2.1"},
        Row{.name = "ip6",
            .ip_addresses = {"2001:db8::1"},
            .host = "2001:DB8:0::1",
            .matches = true},
        Row{.name = "other_ip6", .ip_addresses = {"2001:db8::2"}, .host = "2001:db8::1"},
        Row{.name = "ip4_as_a_dns_name", .dns_names = {"192.0.2.1"}, .host = "192.0.2.1"},
        Row{.name = "name_beside_the_address", .ip_addresses = {"192.0.2.1"}, .host = "a.test"}),
    kName);

}  // namespace
}  // namespace stapling::testing
