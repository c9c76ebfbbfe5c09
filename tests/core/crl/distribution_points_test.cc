#include "core/crl/distribution_points.h"

#include <gtest/gtest.h>

#include <ostream>

#include "tests/core/fixed_pki.h"
#include "tests/support/crl.h"
#include "tests/support/der.h"
#include "tests/support/pki.h"

namespace stapling::testing {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* kUrl = "http://crl.test/a.crl";

struct Expected {
  Texts urls = {};
  std::size_t names = 0;
  bool indirect = false;
  bool some_reasons = false;
};

struct Row {
  std::string name;
  std::vector<Bytes> points;  // DistributionPoints, DER
  std::vector<Expected> expected;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

Bytes Point(const Bytes& fields) { return der::Sequence({fields}); }
Bytes Named(const Bytes& name) { return Point(der::Explicit(0, name)); }
Bytes AtUrl(const std::string& url) { return Named(FullName({url})); }
Bytes With(const Bytes& field) {
  Bytes fields = der::Explicit(0, FullName({kUrl}));
  Append(fields, field);
  return Point(fields);
}
Bytes Reasons(const Bytes& content) { return der::Implicit(1, content); }
Bytes OfManyNames(std::size_t count) {
  return Named(FullName(std::vector<std::string>(count, "ldap://x/")));
}
// cRLIssuer: so many names, none of them a directoryName.
Bytes CrlIssuerOfManyNames(std::size_t count) {
  Bytes names;
  for (std::size_t i = 0; i < count; ++i) Append(names, der::Implicit(2, {}));
  return der::Explicit(2, names);
}
// cRLIssuer: one directoryName.
Bytes CrlIssuer(const Bytes& name) { return der::Explicit(2, der::Explicit(4, name)); }

class DistributionPointsTest : public ::testing::TestWithParam<Row> {};

TEST_P(DistributionPointsTest, AreReadInOrder) {
  const Certificate certificate =
      IssueCertificate({.subject = "x",
                        .issuer = &Pki().intermediate,
                        .now = kNow,
                        .extensions = {DistributionPointsExtension(GetParam().points)}});
  const auto points = DistributionPointsOf(certificate.x509());
  ASSERT_EQ(points.size(), GetParam().expected.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Expected& expected = GetParam().expected[i];
    EXPECT_EQ(points[i].urls, expected.urls);
    EXPECT_EQ(points[i].names.size(), expected.names);
    EXPECT_EQ(points[i].indirect, expected.indirect);
    EXPECT_EQ(points[i].some_reasons, expected.some_reasons);
  }
}

const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    Urls, DistributionPointsTest,
    ::testing::Values(
        Row{"one", {AtUrl(kUrl)}, {{{kUrl}, 1}}},
        Row{"https", {AtUrl("https://crl.test/")}, {{{"https://crl.test/"}, 1}}},
        Row{"scheme_in_capitals", {AtUrl("HTTP://crl.test/")}, {{{"HTTP://crl.test/"}, 1}}},
        Row{"two_points",
            {AtUrl(kUrl), AtUrl("http://b.test/")},
            {{{kUrl}, 1}, {{"http://b.test/"}, 1}}},
        Row{"two_names_of_one",
            {Named(FullName({"ldap://x/", kUrl, "http://b.test/"}))},
            {{{kUrl, "http://b.test/"}, 3}}},
        Row{"ldap", {AtUrl("ldap:///cn=x")}, {{{}, 1}}},
        Row{"file", {AtUrl("file:///etc/passwd")}, {{{}, 1}}},
        Row{"scheme_only_alike", {AtUrl("httpx://crl.test/")}, {{{}, 1}}},
        Row{"newline", {AtUrl("http://crl.test/\r\nHost: x")}, {{{}, 1}}},
        Row{"not_utf8", {AtUrl("http://crl.test/\xff")}, {{{}, 1}}},
        Row{"as_long_as_may_be",
            {AtUrl("http://" + std::string(1017, 'a'))},
            {{{"http://" + std::string(1017, 'a')}, 1}}},
        Row{"too_long", {AtUrl("http://" + std::string(1018, 'a'))}, {{{}, 1}}},
        Row{"a_name_that_is_no_uri",
            {Named(der::Explicit(0, der::Implicit(2, ToBytes("http://crl.test/"))))},
            {{{}, 1}}},
        Row{"relative_name", {Named(RelativeName("7"))}, {{{}, 1}}}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Fields, DistributionPointsTest,
    ::testing::Values(
        Row{"two_reasons", {With(Reasons({5, 0x60}))}, {{{kUrl}, 1, false, true}}},
        Row{"all_reasons", {With(Reasons({7, 0x7f, 0x80}))}, {{{kUrl}, 1, false, false}}},
        Row{"all_but_the_last_reason",
            {With(Reasons({7, 0x7f, 0x00}))},
            {{{kUrl}, 1, false, true}}},
        Row{"no_reasons", {With(Reasons({0}))}, {{{kUrl}, 1, false, true}}},
        Row{"another_crl_issuer",
            {With(CrlIssuer(Pki().sibling_ca.SubjectDer()))},
            {{{kUrl}, 1, true, false}}},
        Row{"its_own_issuer_as_crl_issuer",
            {With(CrlIssuer(Pki().intermediate.SubjectDer()))},
            {{{kUrl}, 1, false, false}}},
        Row{"crl_issuer_alone",
            {Point(CrlIssuer(Pki().sibling_ca.SubjectDer()))},
            {{{}, 1, true, false}}},
        Row{"crl_issuer_that_is_no_name",
            {With(der::Explicit(2, der::Implicit(6, ToBytes(kUrl))))},
            {{{kUrl}, 1, true, false}}},
        Row{"nothing", {Point({})}, {{{}, 0}}}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Bounds, DistributionPointsTest,
    ::testing::Values(Row{"64_points", std::vector(64, AtUrl(kUrl)),
                          std::vector(64, Expected{{kUrl}, 1})},
                      Row{"65_points", std::vector(65, AtUrl(kUrl)), {}},
                      Row{"64_names", {OfManyNames(64)}, {{{}, 64}}},
                      Row{"65_names", {OfManyNames(65)}, {}},
                      Row{"64_names_of_the_crl_issuer",
                          {Point(CrlIssuerOfManyNames(64))},
                          {{{}, 64, true, false}}},
                      Row{"65_names_of_the_crl_issuer", {Point(CrlIssuerOfManyNames(65))}, {}},
                      Row{"65_names_of_one_of_two", {AtUrl(kUrl), OfManyNames(65)}, {}}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Malformed, DistributionPointsTest,
    ::testing::Values(Row{"no_points", {}, {}}, Row{"integer", {der::Integer(1)}, {}},
                      Row{"good_and_bad", {AtUrl(kUrl), der::Integer(1)}, {}},
                      Row{"no_names", {Named(der::Explicit(0, {}))}, {}},
                      Row{"name_of_no_choice", {Named(der::Explicit(2, {}))}, {}},
                      Row{"two_names", {Point(der::Explicit(0, With({})))}, {}},
                      Row{"reasons_with_nine_unused_bits", {With(Reasons({9, 0x60}))}, {}},
                      Row{"reasons_without_content", {With(Reasons({}))}, {}},
                      Row{"crl_issuer_empty", {With(der::Explicit(2, {}))}, {}},
                      Row{"field_too_many", {With(der::Explicit(3, {}))}, {}},
                      Row{"long_form", {{0x30, 0x81, 0x00}}, {}},
                      Row{"indefinite", {{0x30, 0x80, 0x00, 0x00}}, {}}),
    kName);

std::size_t PointsBeside(const std::vector<ExtensionSpec>& extensions) {
  const Certificate certificate =
      IssueCertificate({.subject = "x", .now = kNow, .extensions = extensions});
  return DistributionPointsOf(certificate.x509()).size();
}

TEST(DistributionPoints, OfOneExtensionOnly) {
  const ExtensionSpec extension = DistributionPointsExtension({AtUrl(kUrl)});
  EXPECT_EQ(PointsBeside({}), 0U);
  EXPECT_EQ(PointsBeside({extension}), 1U);
  EXPECT_EQ(PointsBeside({extension, extension}), 0U);
  EXPECT_EQ(PointsBeside({{.oid = "2.5.29.31", .value = ToBytes("not DER")}}), 0U);
  EXPECT_EQ(PointsBeside({{.oid = "2.5.29.31", .value = {}}}), 0U);
}

TEST(DistributionPoints, NamesAreAsEncoded) {
  const Certificate certificate =
      IssueCertificate({.subject = "x", .now = kNow, .crl_urls = {kUrl}});
  EXPECT_EQ(DistributionPointsOf(certificate.x509()).at(0).names,
            std::vector<Bytes>{der::Implicit(6, ToBytes(kUrl))});
}

}  // namespace
}  // namespace stapling::testing
