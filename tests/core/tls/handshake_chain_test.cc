// The chain's verdict is recorded and never ends the handshake; the staple is seen in any case.
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <ostream>

#include "core/tls/tls_library.h"
#include "core/x509/certificate.h"
#include "tests/core/tls/loopback_handshake.h"
#include "tests/support/der.h"

namespace stapling::testing {
namespace {

using std::chrono::days;
using Certificates = std::vector<Certificate>;

const Bytes kStaple = ToBytes("a staple");
const auto kRowName = [](const auto& info) {
  const auto& [version, row] = info.param;
  return row.name + (version == TlsVersion::k13 ? "_tls13" : "_tls12");
};

struct Row {
  std::string name;
  Certificates chain;
  Certificates trusted = {Pki().root};
  std::string words;
  Certificates verified = {};  // leaf to anchor
  std::chrono::sys_seconds now = kNow;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class ChainVerdictTest : public ::testing::TestWithParam<std::tuple<TlsVersion, Row>> {};

TEST_P(ChainVerdictTest, IsRecordedAndNothingIsLost) {
  const auto& [version, row] = GetParam();
  const auto server = Serve(
      {.chain = row.chain, .staples = {kStaple}, .min_version = version, .max_version = version});
  const Handshake seen = ShakeHands(server->port(), {.trusted = row.trusted, .now = row.now});
  EXPECT_EQ(Words(seen.failure), "");
  EXPECT_EQ(ChainWords(seen), row.words) << seen.chain_error_detail;
  EXPECT_EQ(seen.chain_error_detail.empty(), row.words == "verified");
  EXPECT_EQ(PresentedDers(seen), Ders(row.chain));
  EXPECT_EQ(seen.chain.front().staple, kStaple);
  std::vector<Bytes> verified;
  for (const auto& [certificate, sha256] : seen.verified_chain) {
    verified.push_back(ToDer(certificate.get()));
  }
  EXPECT_EQ(verified, Ders(row.verified));
  ASSERT_TRUE(server->WaitForFinished(1));
  EXPECT_TRUE(server->Connections()[0].handshake_completed);
}

// So many that each could be the issuer of the next, were it not for their keys.
Certificates AndOthers(std::size_t count) {
  Certificates chain = {Pki().leaf, Pki().intermediate};
  chain.resize(count, Pki().impostor_intermediate);
  return chain;
}

class CrowdTest : public ::testing::TestWithParam<TlsVersion> {};

TEST_P(CrowdTest, IsNotLookedAtBeyondTheBound) {
  for (const std::size_t count : {kMaxPresentedCertificates, kMaxPresentedCertificates + 1}) {
    const bool too_many = count > kMaxPresentedCertificates;
    const auto server = Serve({.chain = AndOthers(count),
                               .staples = {kStaple},
                               .min_version = GetParam(),
                               .max_version = GetParam()});
    const Handshake seen = ShakeHands(server->port(), {.trusted = {Pki().root}, .now = kNow});
    EXPECT_EQ(Words(seen.failure), too_many ? "handshake chain_too_large" : "") << count;
    EXPECT_EQ(seen.chain.size(), kMaxPresentedCertificates);
    EXPECT_EQ(ChainWords(seen), "verified");
    EXPECT_EQ(seen.chain.front().staple, kStaple);
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, CrowdTest, ::testing::Values(TlsVersion::k12, TlsVersion::k13),
                         [](const auto& version) {
                           return version.param == TlsVersion::k13 ? "tls13" : "tls12";
                         });

CertificateSpec LeafSpec(const Certificate* issuer) {
  return {.subject = "leaf.test", .issuer = issuer, .now = kNow, .dns_names = {"leaf.test"}};
}

Certificate Leaf(const Certificate& issuer) { return IssueCertificate(LeafSpec(&issuer)); }

Certificate SelfSigned() {
  static const Certificate certificate = IssueCertificate(LeafSpec(nullptr));
  return certificate;
}

Certificate ForClientsOnly() {
  CertificateSpec spec = LeafSpec(&Pki().root);
  spec.extended_key_usages = {"1.3.6.1.5.5.7.3.2"};
  return IssueCertificate(spec);
}

Certificate WithDigest(const char* digest) {
  CertificateSpec spec = LeafSpec(&Pki().root);
  spec.digest = digest;
  return IssueCertificate(spec);
}

Certificate WithSmallKey() {
  const Certificate key_holder({}, Key(EVP_RSA_gen(1024), EVP_PKEY_free));
  CertificateSpec spec = LeafSpec(&Pki().root);
  spec.same_key_as = &key_holder;
  return IssueCertificate(spec);
}

Certificate WithCriticalExtension() {
  CertificateSpec spec = LeafSpec(&Pki().root);
  spec.extensions = {{.oid = "1.3.6.1.4.1.99999.1", .critical = true, .value = der::Null()}};
  return IssueCertificate(spec);
}

// The leaf with one bit of its signature turned.
Certificate Corrupted() {
  Bytes der = Pki().leaf.Der();
  der.back() ^= 1U;
  return {der, Pki().leaf.shared_key()};
}

// A leaf by a CA of these properties, and the CA.
Certificates Under(CertificateSpec ca) {
  ca.now = kNow;
  ca.is_ca = true;
  const Certificate issuer = IssueCertificate(ca);
  return {Leaf(issuer), issuer};
}

const Certificates& PathTooLong() {
  static const Certificates chain = [] {
    Certificates made = Under({.subject = "Last CA", .path_length = 0});
    const Certificate below =
        IssueCertificate({.subject = "CA Below", .issuer = &made[1], .now = kNow, .is_ca = true});
    return Certificates{Leaf(below), below, made[1]};
  }();
  return chain;
}

// NameConstraints: permittedSubtrees [0] of dNSName [2] allowed.test (RFC 5280 section 4.2.1.10).
const Certificates& NameOutside() {
  static const Certificates chain = Under(
      {.subject = "Constrained CA",
       .extensions = {{.oid = "2.5.29.30",
                       .critical = true,
                       .value = der::Sequence({der::Explicit(
                           0, der::Sequence({der::Implicit(2, ToBytes("allowed.test"))}))})}}});
  return chain;
}

Certificates ByALeaf() { return {Leaf(Pki().leaf), Pki().leaf, Pki().intermediate}; }

Certificates With(Certificates chain, const Certificate& more) {
  chain.push_back(more);
  return chain;
}

const Certificates kGood = Pki().Chain(Pki().leaf);
const Certificates kVerified = With(kGood, Pki().root);

INSTANTIATE_TEST_SUITE_P(
    Good, ChainVerdictTest,
    ::testing::Combine(
        ::testing::Values(TlsVersion::k12, TlsVersion::k13),
        ::testing::Values(
            Row{.name = "root_trusted", .chain = kGood, .words = "verified", .verified = kVerified},
            Row{.name = "root_sent",
                .chain = kVerified,
                .words = "verified",
                .verified = kVerified},
            Row{.name = "intermediate_trusted_alone",
                .chain = kGood,
                .trusted = {Pki().intermediate},
                .words = "verified",
                .verified = kGood},
            Row{.name = "intermediate_not_sent_but_trusted",
                .chain = {Pki().leaf},
                .trusted = {Pki().root, Pki().intermediate},
                .words = "verified",
                .verified = kGood},
            Row{.name = "in_any_order",
                .chain = {Pki().leaf, Pki().root, Pki().sibling_ca, Pki().intermediate},
                .words = "verified",
                .verified = kVerified},
            Row{.name = "self_signed_and_trusted",
                .chain = {SelfSigned()},
                .trusted = {SelfSigned()},
                .words = "verified",
                .verified = {SelfSigned()}},
            Row{.name = "leaf_trusted_and_its_issuer_sent",
                .chain = kGood,
                .trusted = {Pki().leaf},
                .words = "verified",
                .verified = kGood},
            Row{.name = "last_second",
                .chain = kGood,
                .words = "verified",
                .verified = kVerified,
                .now = kNow + days(60) - std::chrono::seconds(1)},
            Row{.name = "first_second",
                .chain = kGood,
                .words = "verified",
                .verified = kVerified,
                .now = kNow - days(30)})),
    kRowName);

INSTANTIATE_TEST_SUITE_P(
    Bad, ChainVerdictTest,
    ::testing::Combine(
        ::testing::Values(TlsVersion::k12, TlsVersion::k13),
        ::testing::Values(
            Row{.name = "expired", .chain = kGood, .words = "expired", .now = kNow + days(61)},
            Row{.name = "not_yet_valid",
                .chain = kGood,
                .words = "not_yet_valid",
                .now = kNow - days(31)},
            Row{.name = "self_signed", .chain = {SelfSigned()}, .words = "self_signed"},
            Row{.name = "root_sent_but_not_trusted",
                .chain = kVerified,
                .trusted = {Pki().stranger_root},
                .words = "untrusted_root"},
            Row{.name = "intermediate_not_sent",
                .chain = {Pki().leaf},
                .words = "missing_intermediate"},
            Row{.name = "corrupt_signature",
                .chain = {Corrupted(), Pki().intermediate},
                .words = "bad_signature"},
            Row{.name = "impostor_of_the_intermediate",
                .chain = {Pki().leaf, Pki().impostor_intermediate},
                .trusted = {Pki().root, Pki().stranger_root},
                .words = "bad_signature"},
            Row{.name = "for_clients_only", .chain = {ForClientsOnly()}, .words = "wrong_purpose"},
            Row{.name = "issued_by_a_leaf", .chain = ByALeaf(), .words = "wrong_purpose"},
            Row{.name = "path_too_long",
                .chain = PathTooLong(),
                .trusted = {PathTooLong()[2]},
                .words = "path_length"},
            Row{.name = "name_outside_the_constraints",
                .chain = NameOutside(),
                .trusted = {NameOutside()[1]},
                .words = "name_constraint"},
            Row{.name = "small_key", .chain = {WithSmallKey()}, .words = "weak_key"},
            Row{.name = "sha1", .chain = {WithDigest("SHA1")}, .words = "weak_key"},
            Row{.name = "critical_extension",
                .chain = {WithCriticalExtension()},
                .words = "other"})),
    kRowName);

}  // namespace
}  // namespace stapling::testing
