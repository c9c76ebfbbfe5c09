// Certificates at and beyond the edges of what X.509 allows, in chains of up to thousands and
// mebibytes, with either TLS library and both TLS versions.
//
// To run them alone, with the figures that they print:
//
//   build/dev/tests/integration/onslaught_tests --gtest_filter='*Odd*'
#include <gtest/gtest.h>

#include "tests/integration/odd_case.h"
#include "tests/support/crl.h"

namespace stapling::testing {
namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace)

const std::vector<std::string> kGood = {kSuccess};

// With a good staple where it has an issuer in the chain.
OddRow Row(const Site& site, const std::string& name, const Certificate& leaf,
           const std::vector<std::string>& outcomes = kGood) {
  return {.name = name,
          .chain = {leaf, site.pki.intermediate},
          .staples = {GoodFor(site, leaf, site.pki.intermediate)},
          .outcomes = outcomes};
}

// By the parser of GnuTLS, before anything could be judged.
OddRow RefusedByGnutls(OddRow row) {
  row.instead = {{"gnutls", {"handshake/protocol_error"}}};
  return row;
}

OddRow ChainRow(const Site& site, const std::string& name, std::vector<Certificate> chain,
                const std::vector<std::string>& outcomes) {
  return {.name = name,
          .chain = std::move(chain),
          .staples = {BuildOcspResponse(site.Good())},
          .outcomes = outcomes};
}

std::vector<Certificate> Padded(std::vector<Certificate> chain, std::size_t size,
                                const Certificate& with) {
  chain.resize(size, with);
  return chain;
}

std::vector<Certificate> WithStrangers(std::vector<Certificate> chain, std::size_t size) {
  while (chain.size() < size) {
    chain.push_back(
        IssueCertificate({.subject = "Root " + std::to_string(chain.size()), .is_ca = true}));
  }
  return chain;
}

// Two authorities, each certified by the other, and a leaf of the first.
std::vector<Certificate> Circle(const Site& site) {
  const Certificate first = IssueCertificate({.subject = "First", .is_ca = true});
  const Certificate second =
      IssueCertificate({.subject = "Second", .issuer = &first, .is_ca = true});
  const Certificate first_by_second = IssueCertificate(
      {.subject = "First", .issuer = &second, .same_key_as = &first, .is_ca = true});
  CertificateSpec spec = OddLeaf(site);
  spec.issuer = &first_by_second;
  return {IssueCertificate(spec), first_by_second, second};
}

// Thousands that have the issuer's name and not its key, and say that they were issued by one of
// their own: whoever looks for the issuer by trying every one of them is busy for long.
OddRow Impostors(const Site& site) {
  const Certificate impostor = IssueCertificate({.subject = "Test Intermediate CA",
                                                 .issuer = &site.pki.intermediate,
                                                 .signed_by = &site.pki.stranger_root,
                                                 .key = KeyKind::kEcP384,
                                                 .key_usage = false});
  return ChainRow(site, "thousands_of_impostors", Padded({site.leaf}, 2000, impostor),
                  {"judge/chain_invalid"});
}

// Thousands that may have issued each other, by their names and for want of identifiers, all
// expired, so that whoever builds a path goes on looking for a better one.
OddRow Maze(const Site& site) {
  using std::chrono::days;
  std::vector<Certificate> chain = {site.leaf};
  const Certificate any = IssueCertificate({.subject = "Test Intermediate CA"});
  while (chain.size() < 800) {
    chain.push_back(IssueCertificate({.subject = "Test Intermediate CA",
                                      .issuer = &any,
                                      .not_before = site.now - days(90),
                                      .not_after = site.now - days(1),
                                      .same_key_as = &any,
                                      .is_ca = true,
                                      .key_usage = false,
                                      .key_identifiers = false}));
  }
  return ChainRow(site, "maze", chain, {"judge/chain_invalid"});
}

Certificate LargeAuthority(std::size_t octets) {
  return IssueCertificate(
      {.subject = "Large",
       .extensions = {{.oid = "1.3.6.1.4.1.99999.1", .value = Bytes(octets, 0x05)}}});
}

// Of less than a megabyte, which OpenSSL would write out as more than any machine has: once for
// each point, the whole of a name of thousands of attributes.
Certificate WithRelativePoints(const Certificate* issuer, std::size_t attributes,
                               std::size_t points) {
  return IssueCertificate(
      {.subject = "leaf.test",
       .subject_attributes = std::vector<NameAttribute>(attributes, {.value = "a"}),
       .issuer = issuer,
       .dns_names = {"leaf.test"},
       .extensions = {RelativePointsExtension(points)}});
}

// By a server of GnuTLS: one of OpenSSL would write them out itself.
OddRow Costly(const Site& site, const std::string& name, std::vector<Certificate> chain,
              std::map<std::string, std::vector<std::string>> instead = {}) {
  OddRow row = ChainRow(site, name, std::move(chain), {"handshake/chain_too_large"});
  row.instead = std::move(instead);
  row.server = TlsLibrary::kGnuTls;
  return row;
}

// GnuTLS does not send it there.
const std::map<std::string, std::vector<std::string>> kNotUnderTls13 = {{"openssl_tls13", {}},
                                                                        {"gnutls_tls13", {}}};

TEST(BothLibrariesOddChain, IsSurvived) {
  const Site site;
  const Certificate costly = WithRelativePoints(nullptr, 20'000, 20'000);
  const Certificate self_signed =
      IssueCertificate({.subject = "leaf.test", .dns_names = {"leaf.test"}});
  const auto chain = site.Chain();
  ExpectEndured(
      "odd chains", site,
      {ChainRow(site, "leaf_alone", {site.leaf}, {"judge/chain_invalid"}),
       ChainRow(site, "with_its_root", Padded(chain, 3, site.pki.root), kGood),
       ChainRow(site, "self_signed", {self_signed}, {"judge/chain_invalid"}),
       ChainRow(site, "200_times_the_intermediate", Padded(chain, 200, site.pki.intermediate),
                kGood),
       ChainRow(site, "200_times_the_root", Padded(chain, 200, site.pki.root), kGood),
       ChainRow(site, "200_times_the_leaf", Padded(chain, 200, site.leaf), kGood),
       ChainRow(site, "200_self_signed_roots", WithStrangers(chain, 200), kGood),
       ChainRow(site, "circle", Circle(site), {"judge/chain_invalid"}), Impostors(site), Maze(site),
       Row(site, "one_relative_point", WithRelativePoints(&site.pki.intermediate, 0, 1)),
       Costly(site, "relative_points_of_the_leaf", {costly}),
       Costly(site, "relative_points_of_another", Padded(chain, 3, costly), kNotUnderTls13),
       ChainRow(site, "of_16_mib", Padded(chain, 3, LargeAuthority((16U << 20U) - 8192)),
                {"handshake/chain_too_large"})});
}

struct OddText {
  std::string name;
  std::string text;
  bool utf8 = true;
};

const std::vector<OddText> kTexts = {
    {"nul", "a\0b"s},
    {"control", "\x01\x1b[31m\x7f"},
    {"c1_control", "\xc2\x85\xc2\x9b"},
    {"invalid_utf8", "a\xff\xfe\xc3", false},
    {"surrogate", "\xed\xa0\x80", false},
    {"overlong", "\xc0\xaf", false},
    {"quotes", "\"a\" 'b'"},
    {"backslashes", "\\n\\\"\\"},
    {"newlines", "a\nprobe_success 1\r\n"},
    {"right_to_left",
     "\xe2\x80\xae"
     "test"},
    {"separators", "a,b=c+d;e<f>#g"},
    {"long", std::string(60000, 'a')},
};

struct OddTag {
  std::string name;
  std::uint8_t tag;
};
const std::vector<OddTag> kTags = {{"utf8", der::kUtf8String},
                                   {"printable", der::kPrintableString},
                                   {"t61", der::kT61String},
                                   {"ia5", der::kIa5String}};

TEST(BothLibrariesOddName, IsSurvivedInASubject) {
  const Site site;
  std::vector<OddRow> rows;
  for (const OddText& text : kTexts) {
    for (const OddTag& tag : kTags) {
      if (tag.tag == der::kUtf8String && !text.utf8) continue;  // no certificate
      CertificateSpec spec = OddLeaf(site);
      spec.subject_attributes = {{.value = text.text, .tag = tag.tag}};
      rows.push_back(Row(site, text.name + "_" + tag.name, IssueCertificate(spec)));
    }
  }
  ExpectEndured("odd subjects", site, rows);
}

TEST(BothLibrariesOddName, IsSurvivedInAnIssuerThatAnswersItself) {
  const Site site;
  std::vector<OddRow> rows;
  for (const OddText& text : kTexts) {
    const Certificate issuer = IssueCertificate(
        {.subject = "Odd",
         .subject_attributes = {{.oid = "2.5.4.10", .value = text.text, .tag = der::kT61String}},
         .issuer = &site.pki.root,
         .is_ca = true});
    CertificateSpec spec = OddLeaf(site);
    spec.issuer = &issuer;
    const Certificate leaf = IssueCertificate(spec);
    rows.push_back({.name = text.name,
                    .chain = {leaf, issuer},
                    .staples = {GoodFor(site, leaf, issuer)},
                    .outcomes = kGood});
    if (text.name == "long") {  // so is the staple, which names it
      rows.back().instead = {{"openssl_tls12", {"handshake/staple_too_large"}}};
    }
  }
  ExpectEndured("odd issuers", site, rows);
}

Bytes DnsName(const std::string& name) { return der::Implicit(2, ToBytes(name)); }

// Whose alternative names are these alone.
Certificate Named(const Site& site, const std::vector<Bytes>& names) {
  CertificateSpec spec = OddLeaf(site);
  spec.dns_names.clear();
  spec.ip_addresses.clear();
  spec.extensions = {{.oid = "2.5.29.17", .value = der::SequenceOf(names)}};
  return IssueCertificate(spec);
}

TEST(BothLibrariesOddName, IsSurvivedInTheAlternativeNames) {
  const Site site;
  const std::vector<std::string> mismatch = {"judge/hostname_mismatch"};
  std::vector<OddRow> rows = {
      Row(site, "right_up_to_a_nul", Named(site, {DnsName("leaf.test\0.evil.test"s)}), mismatch),
      Row(site, "right_after_a_newline", Named(site, {DnsName("evil.test\nleaf.test")}), mismatch),
      Row(site, "right_with_a_space", Named(site, {DnsName("leaf.test ")}), mismatch),
      RefusedByGnutls(Row(site, "empty", Named(site, {DnsName("")}), mismatch)),
      Row(site, "star", Named(site, {DnsName("*")}), mismatch),
      Row(site, "of_900_kb", Named(site, {DnsName(std::string(900000, 'a'))}), mismatch),
      Row(site, "20000_names", Named(site, [] {
            std::vector<Bytes> names(20000, DnsName("another.test"));
            names.push_back(DnsName("leaf.test"));
            return names;
          }()))};
  for (const OddText& text : kTexts) {
    rows.push_back(Row(site, text.name, Named(site, {DnsName(text.text), DnsName("leaf.test")})));
  }
  ExpectEndured("odd alternative names", site, rows);
}

OddRow SerialRow(const Site& site, const std::string& name, const Bytes& serial) {
  CertificateSpec spec = OddLeaf(site);
  spec.serial = serial;
  return Row(site, name, IssueCertificate(spec));
}

OddRow DatesRow(const Site& site, const std::string& name, const Bytes& from, const Bytes& to,
                const std::vector<std::string>& outcomes) {
  CertificateSpec spec = OddLeaf(site);
  spec.validity = der::Sequence({from, to});
  return Row(site, name, IssueCertificate(spec), outcomes);
}

TEST(BothLibrariesOddCertificate, IsSurvivedWhateverItsSerialAndDates) {
  const Site site;
  const std::vector<std::string> invalid = {"judge/chain_invalid"};
  const Bytes year_0 = der::Text(der::kGeneralizedTime, "00000101000000Z");
  const Bytes year_9999 = der::Text(der::kGeneralizedTime, "99991231235959Z");
  const Bytes without_seconds = der::Text(der::kUtcTime, "2001010000Z");
  const Bytes with_fraction = der::Text(der::kGeneralizedTime, "20200101000000.5Z");
  const Bytes with_zone = der::Text(der::kUtcTime, "200101000000+0100");
  const Bytes nonsense = der::Text(der::kUtcTime, "never");
  const Bytes empty = der::Text(der::kUtcTime, "");
  Bytes thousand = Noise(1000);
  thousand[0] = 0x7F;
  ExpectEndured(
      "odd certificates", site,
      {SerialRow(site, "serial_0", {0}), SerialRow(site, "serial_negative", {0x80, 1}),
       SerialRow(site, "serial_of_1000_octets", thousand),
       DatesRow(site, "from_year_0", year_0, year_9999, kGood),
       DatesRow(site, "until_year_0", year_0, year_0, invalid),
       DatesRow(site, "from_year_9999", year_9999, year_9999, invalid),
       DatesRow(site, "utc_time_without_seconds", without_seconds, year_9999, invalid),
       RefusedByGnutls(DatesRow(site, "time_with_a_fraction", with_fraction, year_9999, invalid)),
       RefusedByGnutls(DatesRow(site, "time_with_a_zone", with_zone, year_9999, invalid)),
       RefusedByGnutls(DatesRow(site, "time_that_is_none", nonsense, year_9999, invalid)),
       RefusedByGnutls(DatesRow(site, "empty_time", empty, empty, invalid))});
}

}  // namespace
}  // namespace stapling::testing
