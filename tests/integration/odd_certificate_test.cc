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

// So many that have the issuer's name and not its key, and say that they were issued by one of
// their own: whoever looks for the issuer by trying every one of them is busy for long.
OddRow Impostors(const Site& site, const char* name, std::size_t count, const char* outcome) {
  const Certificate impostor = IssueCertificate({.subject = "Test Intermediate CA",
                                                 .issuer = &site.pki.intermediate,
                                                 .signed_by = &site.pki.stranger_root,
                                                 .key = KeyKind::kEcP384,
                                                 .key_usage = false});
  return ChainRow(site, name, Padded({site.leaf}, count, impostor), {outcome});
}

// Hundreds that may have issued each other, by their names and for want of identifiers, all
// expired, so that whoever builds a path goes on looking for a better one.
OddRow Maze(const Site& site) {
  using std::chrono::days;
  std::vector<Certificate> chain = {site.leaf};
  const Certificate any = IssueCertificate({.subject = "Test Intermediate CA"});
  while (chain.size() < 500) {
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

// Of so many certificates, each issued by the next, the last by the root.
std::vector<Certificate> LongChain(const Site& site, std::size_t count) {
  std::vector<Certificate> chain = {site.pki.root};
  while (chain.size() < count) {
    chain.insert(chain.begin(), IssueCertificate({.subject = "CA " + std::to_string(chain.size()),
                                                  .issuer = &chain.front(),
                                                  .is_ca = true}));
  }
  CertificateSpec spec = OddLeaf(site);
  spec.issuer = &chain.front();
  chain.insert(chain.begin(), IssueCertificate(spec));
  chain.pop_back();
  return chain;
}

OddRow LongRow(const Site& site, std::size_t count) {
  const std::vector<Certificate> chain = LongChain(site, count);
  return {.name = "of_" + std::to_string(count),
          .chain = chain,
          .staples = {GoodFor(site, chain[0], chain[1])},
          .outcomes = kGood};
}

// The Certificate message has exactly so many octets (RFC 5246 section 7.4.2, RFC 8446 section
// 4.4.2). Ed25519, as its signatures are all of one length.
OddRow MessageRow(const Site& site, const std::string& name, std::size_t octets, bool tls13,
                  const std::vector<std::string>& outcomes) {
  const Bytes staple = BuildOcspResponse(site.Good());
  // Before the list and before each certificate; after each of TLS 1.3 its extensions, of which
  // the leaf's has the staple: type, length, status type, length.
  std::size_t around = 3 + 3 * 3;
  if (tls13) around += 1 + 3 * 2 + 2 + 2 + 1 + 3 + staple.size();
  const auto filler = [&](std::size_t size) {
    return IssueCertificate(
        {.subject = "Large",
         .key = KeyKind::kEd25519,
         .extensions = {{.oid = "1.3.6.1.4.1.99999.1", .value = Bytes(size, 0x05)}}});
  };
  const std::size_t due =
      octets - around - site.leaf.Der().size() - site.pki.intermediate.Der().size();
  constexpr std::size_t kSome = 1000000;
  const Certificate large = filler(kSome + due - filler(kSome).Der().size());
  OddRow row = ChainRow(site, name, Padded(site.Chain(), 3, large), outcomes);
  row.staples = {staple};
  const std::string version = tls13 ? "tls13" : "tls12";
  // GnuTLS stops a little short of its bound.
  row.instead = {{tls13 ? "tls12" : "tls13", {}},
                 {"gnutls_" + version, {"handshake/chain_too_large"}}};
  return row;
}

TEST(BothLibrariesOddChain, IsSurvived) {
  const Site site;
  const Certificate self_signed =
      IssueCertificate({.subject = "leaf.test", .dns_names = {"leaf.test"}});
  const auto chain = site.Chain();
  const std::vector<std::string> too_large = {"handshake/chain_too_large"};
  constexpr std::size_t kMost = 1U << 20U;
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
       ChainRow(site, "circle", Circle(site), {"judge/chain_invalid"}),
       Impostors(site, "hundreds_of_impostors", 500, "judge/chain_invalid"),
       Impostors(site, "thousands_of_impostors", 2000, "handshake/chain_too_large"), Maze(site),
       // GnuTLS verifies no more than 16, and its opinion is none of the outcome.
       LongRow(site, 16), LongRow(site, 17),
       MessageRow(site, "of_1_mib_tls12", kMost, false, kGood),
       MessageRow(site, "of_1_mib_tls13", kMost, true, kGood),
       MessageRow(site, "over_1_mib_tls12", kMost + 1, false, too_large),
       MessageRow(site, "over_1_mib_tls13", kMost + 1, true, too_large),
       ChainRow(site, "of_16_mib", Padded(chain, 3, LargeAuthority((16U << 20U) - 8192)),
                too_large)});
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

Bytes OtherName(const Bytes& type, const std::string& value) {
  Bytes content = type;
  Append(content, der::Explicit(0, der::Text(der::kUtf8String, value)));
  return der::Explicit(0, content);
}

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
  const Bytes user_principal_name = der::Oid("1.3.6.1.4.1.311.20.2.3");
  const auto before_the_right_one = [](std::size_t count, const Bytes& name) {
    std::vector<Bytes> names(count, name);
    names.push_back(DnsName("leaf.test"));
    return names;
  };
  std::vector<OddRow> rows = {
      Row(site, "right_up_to_a_nul", Named(site, {DnsName("leaf.test\0.evil.test"s)}), mismatch),
      Row(site, "right_after_a_newline", Named(site, {DnsName("evil.test\nleaf.test")}), mismatch),
      Row(site, "right_with_a_space", Named(site, {DnsName("leaf.test ")}), mismatch),
      RefusedByGnutls(Row(site, "empty", Named(site, {DnsName("")}), mismatch)),
      Row(site, "star", Named(site, {DnsName("*")}), mismatch),
      Row(site, "of_900_kb", Named(site, {DnsName(std::string(900000, 'a'))}), mismatch),
      Row(site, "of_1_mib", Named(site, {DnsName(std::string(1U << 20U, 'a'))}),
          {"handshake/chain_too_large"}),
      Row(site, "20000_names", Named(site, before_the_right_one(20000, DnsName("another.test")))),
      Row(site, "20000_other_names",
          Named(site, before_the_right_one(20000, OtherName(user_principal_name, "leaf.test")))),
      Row(site, "other_name_alone", Named(site, {OtherName(user_principal_name, "leaf.test")}),
          mismatch),
      Row(site, "other_name_of_900_kb",
          Named(site,
                before_the_right_one(1, OtherName(user_principal_name, std::string(900000, 'a'))))),
      RefusedByGnutls(
          Row(site, "other_name_of_a_long_type",
              Named(site, before_the_right_one(1, OtherName(LongOid(100000), "leaf.test")))))};
  for (const OddText& text : kTexts) {
    rows.push_back(Row(site, text.name, Named(site, {DnsName(text.text), DnsName("leaf.test")})));
  }
  ExpectEndured("odd alternative names", site, rows);
}

OddRow PointsRow(const Site& site, const std::string& name, std::size_t count,
                 std::size_t attributes_of_issuer) {
  const Certificate issuer = IssueCertificate(
      {.subject = "Odd",
       .subject_attributes = std::vector<NameAttribute>(attributes_of_issuer, {.value = "a"}),
       .issuer = &site.pki.root,
       .is_ca = true});
  CertificateSpec spec = OddLeaf(site);
  spec.issuer = &issuer;
  spec.extensions = {RelativePointsExtension(count)};
  const Certificate leaf = IssueCertificate(spec);
  return {.name = name,
          .chain = {leaf, issuer},
          .staples = {GoodFor(site, leaf, issuer)},
          .outcomes = kGood};
}

// Names that others may not have (RFC 5280 section 4.2.1.10), no two of them the same.
Bytes Excluded(std::size_t count) {
  Bytes subtrees;
  for (std::size_t i = 0; i < count; ++i) {
    Append(subtrees, der::Sequence({DnsName("not" + std::to_string(i) + ".test")}));
  }
  return der::Sequence({der::Explicit(1, subtrees)});
}

OddRow ConstraintsRow(const Site& site, std::size_t constraints, std::size_t names,
                      const std::vector<std::string>& outcomes) {
  const Certificate issuer = IssueCertificate(
      {.subject = "Odd",
       .issuer = &site.pki.root,
       .is_ca = true,
       .extensions = {{.oid = "2.5.29.30", .critical = true, .value = Excluded(constraints)}}});
  CertificateSpec spec = OddLeaf(site);
  spec.issuer = &issuer;
  for (std::size_t i = 0; i < names; ++i) {
    spec.dns_names.push_back("name" + std::to_string(i) + ".test");
  }
  const Certificate leaf = IssueCertificate(spec);
  return {.name = std::to_string(constraints) + "_constraints_on_" + std::to_string(names),
          .chain = {leaf, issuer},
          .staples = {GoodFor(site, leaf, issuer)},
          .outcomes = outcomes};
}

TEST(BothLibrariesOddCertificate, IsSurvivedWhateverItPointsToAndConstrains) {
  const Site site;
  const std::vector<std::string> refused = {"handshake/chain_too_large"};
  OddRow many = PointsRow(site, "20000_relative_points", 20000, 0);
  many.outcomes = refused;
  OddRow costly = PointsRow(site, "2000_relative_points_to_a_long_name", 2000, 2000);
  costly.outcomes = refused;
  costly.server = TlsLibrary::kGnuTls;  // OpenSSL would be as busy as its client
  ExpectEndured("odd points and constraints", site,
                {PointsRow(site, "one_relative_point_to_a_long_name", 1, 500), many, costly,
                 ConstraintsRow(site, 20000, 1, kGood), ConstraintsRow(site, 1000, 1000, kGood),
                 // OpenSSL compares no more than 2^20 pairs.
                 ConstraintsRow(site, 20000, 1000, {"judge/chain_invalid"})});
}

TEST(BothLibrariesOddCertificate, IsSurvivedWhateverItsIdentifiers) {
  const Site site;
  const std::vector<std::string> invalid = {"judge/chain_invalid"};
  const Bytes oid = LongOid(100000);
  const ExtensionSpec extension{.raw = der::Sequence({oid, der::OctetString({})})};
  const NameAttribute attribute{.raw =
                                    der::Sequence({oid, der::Text(der::kUtf8String, "leaf.test")})};

  CertificateSpec extended = OddLeaf(site);
  extended.extensions = {extension};
  CertificateSpec named = OddLeaf(site);
  named.subject_attributes = {attribute};
  CertificateSpec used = OddLeaf(site);
  used.extensions = {{.oid = "2.5.29.37", .value = der::Sequence({oid})}};
  CertificateSpec signed_by = OddLeaf(site);
  signed_by.signature_algorithm = der::Sequence({oid});
  const Certificate authority = IssueCertificate({.subject = "Odd",
                                                  .subject_attributes = {attribute},
                                                  .issuer = &site.pki.root,
                                                  .is_ca = true,
                                                  .extensions = {extension},
                                                  .signature_algorithm = der::Sequence({oid})});
  CertificateSpec below = OddLeaf(site);
  below.issuer = &authority;
  ExpectEndured("odd identifiers of certificates", site,
                {RefusedByGnutls(Row(site, "extension", IssueCertificate(extended))),
                 RefusedByGnutls(Row(site, "attribute", IssueCertificate(named))),
                 Row(site, "extended_key_usage", IssueCertificate(used), invalid),
                 RefusedByGnutls(Row(site, "signature", IssueCertificate(signed_by), invalid)),
                 RefusedByGnutls(ChainRow(site, "of_the_issuer",
                                          {IssueCertificate(below), authority}, invalid))});
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
