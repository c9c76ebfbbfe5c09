#include "core/x509/certificate.h"

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <ostream>

#include "tests/core/fixed_pki.h"
#include "tests/support/der.h"
#include "tests/support/pki.h"
#include "tests/support/signing.h"

namespace stapling::testing {
namespace {

using std::chrono::days;
using Texts = std::vector<std::string>;

constexpr const char* kTlsFeature = "1.3.6.1.5.5.7.1.24";

Certificate WithExtension(const char* oid, const Bytes& value) {
  return IssueCertificate(
      {.subject = "x", .now = kNow, .extensions = {{.oid = oid, .value = value}}});
}

TEST(MustStapleTest, StatusRequestAmongTheFeaturesIsMustStaple) {
  EXPECT_TRUE(IsMustStaple(Pki().leaf_must_staple.x509()));
  EXPECT_FALSE(IsMustStaple(Pki().leaf.x509()));
  const Bytes both = der::Sequence({der::Integer(17), der::Integer(5)});
  EXPECT_TRUE(IsMustStaple(WithExtension(kTlsFeature, both).x509()));
  // status_request_v2 alone (RFC 6961) promises nothing that can be checked here.
  const Bytes other = der::Sequence({der::Integer(17)});
  EXPECT_FALSE(IsMustStaple(WithExtension(kTlsFeature, other).x509()));
  EXPECT_FALSE(IsMustStaple(WithExtension(kTlsFeature, der::Sequence({})).x509()));
  EXPECT_TRUE(IsMustStaple(WithExtension(kTlsFeature, ToBytes("not DER")).x509()));
}

TEST(ResponderUrlsTest, AreThoseOfOcspInOrder) {
  EXPECT_EQ(ResponderUrls(Pki().leaf.x509()), Texts{kResponderUrl});
  EXPECT_EQ(ResponderUrls(Pki().leaf_without_responder.x509()), Texts{});
  const Certificate several =
      IssueCertificate({.subject = "x",
                        .now = kNow,
                        .responder_urls = {"http://b.test/", "http://a.test/ocsp"},
                        .ca_issuer_urls = {"http://ca.test/ca.der"}});
  EXPECT_EQ(ResponderUrls(several.x509()), (Texts{"http://b.test/", "http://a.test/ocsp"}));
}

TEST(ResponderUrlsTest, AreCleanedAndOnlyUris) {
  const Certificate rude =
      IssueCertificate({.subject = "x", .now = kNow, .responder_urls = {"http://a.test/\n\xFF"}});
  EXPECT_EQ(ResponderUrls(rude.x509()), Texts{"http://a.test/\xEF\xBF\xBD\xEF\xBF\xBD"});
  const Bytes dns_name = der::Implicit(2, ToBytes("ocsp.test"));
  const Bytes access = der::Sequence({der::Sequence({der::Oid("1.3.6.1.5.5.7.48.1"), dns_name})});
  EXPECT_EQ(ResponderUrls(WithExtension("1.3.6.1.5.5.7.1.1", access).x509()), Texts{});
  EXPECT_EQ(ResponderUrls(WithExtension("1.3.6.1.5.5.7.1.1", ToBytes("junk")).x509()), Texts{});
}

TEST(SelfIssuedTest, IsItsOwnNameAndKey) {
  EXPECT_TRUE(IsSelfIssued(Pki().root.x509()));
  EXPECT_FALSE(IsSelfIssued(Pki().intermediate.x509()));
  EXPECT_FALSE(IsSelfIssued(Pki().leaf.x509()));
  // A cross-certificate: the root's name and key, issued by another.
  const Certificate cross = IssueCertificate({.subject = "Test Root CA",
                                              .issuer = &Pki().stranger_root,
                                              .now = kNow,
                                              .same_key_as = &Pki().root,
                                              .is_ca = true});
  EXPECT_FALSE(IsSelfIssued(cross.x509()));
}

TEST(ValidityTest, IsRead) {
  EXPECT_EQ(NotBefore(Pki().leaf.x509()), kNow - days(30));
  EXPECT_EQ(NotAfter(Pki().leaf.x509()), kNow + days(60));
  const Certificate for_ever =
      IssueCertificate({.subject = "x",
                        .now = kNow,
                        .not_after = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31) +
                                     days(1) - std::chrono::seconds(1)});
  EXPECT_EQ(NotAfter(for_ever.x509())->time_since_epoch().count(), 253402300799);
}

TEST(ValidityTest, ADateThatX509DoesNotAllowIsNone) {
  const std::unique_ptr<X509, decltype(&X509_free)> copy(X509_dup(Pki().leaf.x509()), X509_free);
  ASN1_STRING_set(X509_getm_notAfter(copy.get()), "2603011200Z", -1);
  EXPECT_EQ(NotAfter(copy.get()), std::nullopt);
  EXPECT_EQ(NotBefore(copy.get()), kNow - days(30));
}

const auto kName = [](const auto& info) { return info.param.name; };

struct NameRow {
  std::string name;
  CertificateSpec spec;
  std::string text;
};
std::ostream& operator<<(std::ostream& out, const NameRow& row) { return out << row.name; }

class NameTextTest : public ::testing::TestWithParam<NameRow> {};
TEST_P(NameTextTest, IsRfc2253) {
  CertificateSpec spec = GetParam().spec;
  spec.now = kNow;
  const Certificate certificate = IssueCertificate(spec);
  ASSERT_NE(certificate.x509(), nullptr);
  EXPECT_EQ(NameText(X509_get_subject_name(certificate.x509())), GetParam().text);
}

constexpr const char* kOrganization = "2.5.4.10";
constexpr const char* kCountry = "2.5.4.6";

INSTANTIATE_TEST_SUITE_P(
    Table, NameTextTest,
    ::testing::Values(
        NameRow{"empty", {}, ""}, NameRow{"one", {.subject = "leaf.test"}, "CN=leaf.test"},
        NameRow{"several_from_the_last",
                {.subject = "a",
                 .subject_attributes =
                     {{.oid = kOrganization, .value = "Example"},
                      {.oid = kCountry, .value = "DE", .tag = der::kPrintableString}}},
                "C=DE,O=Example,CN=a"},
        NameRow{"escapes", {.subject = "a,b+c\"d\\e"}, "CN=a\\,b\\+c\\\"d\\\\e"},
        NameRow{"utf8_as_it_is", {.subject = "M\xC3\xBCnchen"}, "CN=M\xC3\xBCnchen"},
        NameRow{"latin1_of_a_t61_string",
                {.subject_attributes = {{.value = "M\xFCnchen", .tag = der::kT61String}}},
                "CN=M\xC3\xBCnchen"},
        NameRow{"controls_are_escaped", {.subject = "a\nb\x1B"}, "CN=a\\0Ab\\1B"},
        NameRow{"half_a_megabyte_is_cut",
                {.subject = std::string(1U << 19U, 'a')},
                "CN=" + std::string(1021, 'a')}),
    kName);

struct SerialRow {
  std::string name;
  Bytes content;
  std::string hex;
};
std::ostream& operator<<(std::ostream& out, const SerialRow& row) { return out << row.name; }

class SerialHexTest : public ::testing::TestWithParam<SerialRow> {};
TEST_P(SerialHexTest, IsWholeOctetsInLowerCase) {
  const Certificate certificate =
      IssueCertificate({.subject = "x", .now = kNow, .serial = GetParam().content});
  ASSERT_NE(certificate.x509(), nullptr);
  EXPECT_EQ(SerialHex(X509_get0_serialNumber(certificate.x509())), GetParam().hex);
}

INSTANTIATE_TEST_SUITE_P(
    Table, SerialHexTest,
    ::testing::Values(SerialRow{"one", {0x01}, "01"}, SerialRow{"zero", {0x00}, "00"},
                      SerialRow{"odd_number_of_digits", {0x0A, 0xBC}, "0abc"},
                      SerialRow{"sign_octet", {0x00, 0xFF}, "ff"},
                      SerialRow{"inner_zeros", {0x10, 0x00, 0x01}, "100001"},
                      SerialRow{"negative", {0xFF}, "-01"},
                      SerialRow{"twenty_octets", Bytes(20, 0x11),
                                "1111111111111111111111111111111111111111"},
                      SerialRow{"a_kilobyte", Bytes(1024, 0x11), std::string(1024, '1')}),
    kName);

TEST(DnsNamesTest, AreThoseOfSubjectAltName) {
  EXPECT_EQ(DnsNames(Pki().leaf.x509()), (Texts{"localhost", "leaf.test"}));
  EXPECT_EQ(DnsNames(Pki().root.x509()), Texts{});
  const Certificate rude =
      IssueCertificate({.subject = "x", .now = kNow, .dns_names = {"a\nb", "*.test"}});
  EXPECT_EQ(DnsNames(rude.x509()), (Texts{"a\xEF\xBF\xBD"
                                          "b",
                                          "*.test"}));
}

TEST(ToDerTest, GivesTheSameOctets) { EXPECT_EQ(ToDer(Pki().leaf.x509()), Pki().leaf.Der()); }

}  // namespace
}  // namespace stapling::testing
