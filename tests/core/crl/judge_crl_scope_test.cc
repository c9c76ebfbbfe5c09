// Which certificates a list may speak of (RFC 5280 sections 5.2.5 and 6.3.3), and when.
#include <gtest/gtest.h>

#include "tests/core/crl/crl_case.h"
#include "tests/support/der.h"

namespace stapling::testing {
namespace {

using enum CrlVerdict;
using std::chrono::days;

constexpr const char* kUrl = "http://crl.test/7.crl";
constexpr const char* kOtherUrl = "http://crl.test/8.crl";
// ReasonFlags: keyCompromise and cACompromise; every bit from 1 to 8; bit 0 as well.
const Bytes kTwoReasons = {5, 0x60};
const Bytes kAllReasons = {7, 0x7f, 0x80};
const Bytes kAllButTheLastReason = {0, 0x7f};

class JudgeCrlScopeTest : public ::testing::TestWithParam<CrlRow> {};
TEST_P(JudgeCrlScopeTest, GivesTheVerdict) { ExpectRow(GetParam()); }
const auto kName = [](const auto& info) { return info.param.name; };

using Change = std::function<void(CrlCase&)>;

Change Scoped(const ScopeSpec& scope) {
  return [scope](CrlCase& c) { c.spec.extensions = {IssuingDistributionPointExtension(scope)}; };
}

// The list was fetched from a point of these names.
Change Partition(const ScopeSpec& scope, const std::vector<Bytes>& point_names) {
  return [=](CrlCase& c) {
    Scoped(scope)(c);
    c.point = DistributionPoint{.names = point_names};
  };
}

// The list's partition has so many names; the last is the point's.
Change OfManyNames(std::size_t count) {
  return [count](CrlCase& c) {
    std::vector<std::string> urls(count, kOtherUrl);
    urls.back() = kUrl;
    Scoped({.urls = urls})(c);
    c.FetchedFrom(kUrl);
  };
}

// One GeneralName of the list's partition.
Bytes Uri(const char* url) { return der::Implicit(6, ToBytes(url)); }

INSTANTIATE_TEST_SUITE_P(
    Partition, JudgeCrlScopeTest,
    ::testing::Values(
        CrlRow{"whole_list_of_a_point", [](auto& c) { c.FetchedFrom(kUrl); }, kNotRevoked, false},
        CrlRow{"right",
               [](auto& c) {
                 Scoped({.urls = {kUrl}})(c);
                 c.FetchedFrom(kUrl);
               },
               kNotRevoked, false},
        CrlRow{"right_and_revoked",
               [](auto& c) {
                 Scoped({.urls = {kUrl}})(c);
                 c.FetchedFrom(kUrl);
                 c.Revoke();
               },
               kRevoked, true},
        CrlRow{"another",
               [](auto& c) {
                 Scoped({.urls = {kOtherUrl}})(c);
                 c.FetchedFrom(kUrl);
               },
               kWrongScope},
        // Even what is listed there is not about this certificate as far as a client may know.
        CrlRow{"another_and_revoked",
               [](auto& c) {
                 Scoped({.urls = {kOtherUrl}})(c);
                 c.FetchedFrom(kUrl);
                 c.Revoke();
               },
               kWrongScope},
        CrlRow{"of_no_known_point", Scoped({.urls = {kUrl}}), kWrongScope},
        CrlRow{"of_a_point_without_names", Partition({.urls = {kUrl}}, {}), kWrongScope},
        CrlRow{"one_name_in_common",
               Partition({.urls = {kOtherUrl, kUrl}}, {Uri("ldap:///x"), Uri(kUrl)}), kNotRevoked,
               false},
        CrlRow{"the_last_of_64_names", OfManyNames(64), kNotRevoked, false},
        CrlRow{"the_last_of_65_names", OfManyNames(65), kMalformed},
        CrlRow{"another_case", Partition({.urls = {kUrl}}, {Uri("HTTP://crl.test/7.crl")}),
               kWrongScope},
        CrlRow{"a_longer_name", Partition({.urls = {kUrl}}, {Uri("http://crl.test/7.crl2")}),
               kWrongScope},
        CrlRow{"relative_name",
               Partition({.distribution_point = RelativeName("7")}, {RelativeName("7")}),
               kNotRevoked, false},
        CrlRow{"another_relative_name",
               Partition({.distribution_point = RelativeName("8")}, {RelativeName("7")}),
               kWrongScope},
        CrlRow{"point_of_another_issuer",
               [](auto& c) { c.point = DistributionPoint{.indirect = true}; }, kUnsupported},
        CrlRow{"indirect", Scoped({.indirect = true}), kUnsupported}),
    kName);

void JudgeTheIntermediate(CrlCase& c) {
  c.certificate = Pki().intermediate;
  c.issuer = Pki().root;
  c.spec.issuer = &Pki().root;
}

// The list is about the intermediate, a CA.
Change OfACa(const ScopeSpec& scope) {
  return [scope](CrlCase& c) {
    JudgeTheIntermediate(c);
    Scoped(scope)(c);
  };
}

INSTANTIATE_TEST_SUITE_P(
    Kind, JudgeCrlScopeTest,
    ::testing::Values(
        CrlRow{"users_of_a_leaf", Scoped({.only_user_certificates = true}), kNotRevoked, false},
        CrlRow{"cas_of_a_leaf", Scoped({.only_ca_certificates = true}), kWrongScope},
        CrlRow{"attributes_of_a_leaf", Scoped({.only_attribute_certificates = true}), kWrongScope},
        CrlRow{"all_of_a_leaf", Scoped({}), kNotRevoked, false},
        CrlRow{"users_and_cas_of_a_leaf",
               Scoped({.only_user_certificates = true, .only_ca_certificates = true}), kWrongScope},
        CrlRow{"all_of_a_ca", JudgeTheIntermediate, kNotRevoked, false},
        CrlRow{"cas_of_a_ca", OfACa({.only_ca_certificates = true}), kNotRevoked, false},
        CrlRow{"users_of_a_ca", OfACa({.only_user_certificates = true}), kWrongScope},
        CrlRow{"attributes_of_a_ca", OfACa({.only_attribute_certificates = true}), kWrongScope}),
    kName);

Change WithRevoked(const Change& change) {
  return [change](CrlCase& c) {
    change(c);
    c.Revoke();
  };
}

Change PointOfSomeReasons() {
  return [](CrlCase& c) { c.point = DistributionPoint{.some_reasons = true}; };
}

INSTANTIATE_TEST_SUITE_P(
    Reasons, JudgeCrlScopeTest,
    ::testing::Values(
        CrlRow{"some_and_not_listed", Scoped({.only_some_reasons = kTwoReasons}), kWrongScope},
        CrlRow{"some_and_listed", WithRevoked(Scoped({.only_some_reasons = kTwoReasons})), kRevoked,
               true},
        CrlRow{"some_by_the_point", PointOfSomeReasons(), kWrongScope},
        CrlRow{"some_by_the_point_and_listed", WithRevoked(PointOfSomeReasons()), kRevoked, true},
        CrlRow{"some_and_forged",
               [](auto& c) {
                 WithRevoked(Scoped({.only_some_reasons = kTwoReasons}))(c);
                 c.spec.corrupt_signature = true;
               },
               kBadSignature},
        CrlRow{"all", Scoped({.only_some_reasons = kAllReasons}), kNotRevoked, false},
        CrlRow{"all_but_the_last", Scoped({.only_some_reasons = kAllButTheLastReason}),
               kWrongScope}),
    kName);

Change Times(std::chrono::sys_seconds this_update,
             std::optional<std::chrono::sys_seconds> next_update) {
  return [=](CrlCase& c) {
    c.spec.this_update = this_update;
    c.spec.next_update = next_update;
  };
}

INSTANTIATE_TEST_SUITE_P(
    Times, JudgeCrlScopeTest,
    ::testing::Values(
        CrlRow{"this_update_at_the_edge", Times(kNow + 5min, kNow + days(1)), kNotRevoked, false},
        CrlRow{"this_update_beyond", Times(kNow + 5min + 1s, kNow + days(1)), kNotYetValid, false},
        CrlRow{"next_update_at_the_edge", Times(kNow - days(1), kNow - 5min), kNotRevoked, false},
        CrlRow{"next_update_beyond", Times(kNow - days(1), kNow - 5min - 1s), kExpired, false},
        CrlRow{"expired_and_revoked", WithRevoked(Times(kNow - days(9), kNow - days(2))), kExpired,
               true},
        CrlRow{"next_before_this", Times(kNow + 1min, kNow), kExpired, false},
        CrlRow{"no_next_update", Times(kNow - 1h, std::nullopt), kNoNextUpdate, false},
        CrlRow{"no_next_update_and_revoked", WithRevoked(Times(kNow - 1h, std::nullopt)),
               kNoNextUpdate, true},
        CrlRow{"no_next_update_tomorrow", Times(kNow + days(1), std::nullopt), kNotYetValid, false},
        CrlRow{"generalized_times", Times(kNow - 1h, kNow + days(365 * 40)), kNotRevoked, false},
        CrlRow{"no_skew_now",
               [](auto& c) {
                 Times(kNow, kNow)(c);
                 c.clock_skew = 0s;
               },
               kNotRevoked, false}),
    kName);

}  // namespace
}  // namespace stapling::testing
