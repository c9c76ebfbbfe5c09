#include "core/x509/issuer.h"

#include <gtest/gtest.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <functional>
#include <map>
#include <ostream>

#include "tests/core/fixed_pki.h"
#include "tests/core/x509/made_key.h"
#include "tests/support/openssl_handle.h"
#include "tests/support/pki.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {
namespace {

using Certificates = std::vector<Certificate>;

std::vector<X509Ptr> Owners(const Certificates& certificates) {
  std::vector<X509Ptr> owners;
  for (const Certificate& certificate : certificates) owners.push_back(Share(certificate.x509()));
  return owners;
}

// The intermediate's key under another name.
const Certificate& Renamed() {
  static const Certificate renamed = IssueCertificate({.subject = "Renamed CA",
                                                       .issuer = &Pki().root,
                                                       .now = kNow,
                                                       .same_key_as = &Pki().intermediate,
                                                       .is_ca = true});
  return renamed;
}

Certificate LeafSignedWith(const std::string& digest) {
  return IssueCertificate(
      {.subject = "leaf.test", .issuer = &Pki().intermediate, .now = kNow, .digest = digest});
}

const auto kName = [](const auto& info) { return info.param.name; };

struct Row {
  std::string name;
  Certificate certificate;
  Certificates verified_chain = {};
  Certificates presented = {};
  Certificates trusted = {};
  std::optional<Certificate> issuer = {};
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

std::shared_ptr<const TrustStore> StoreOf(const Certificates& certificates) {
  const TempDir directory;
  return TrustStore::Load(directory.Write("ca.pem", PemChain(certificates))).value();
}

class FindIssuerTest : public ::testing::TestWithParam<Row> {};

TEST_P(FindIssuerTest, FindsIt) {
  const Row& row = GetParam();
  std::vector<IdentifiedCertificate> verified;
  for (X509Ptr& each : Owners(row.verified_chain)) verified.push_back(Identify(std::move(each)));
  const std::vector<X509Ptr> presented = Owners(row.presented);
  const auto store = row.trusted.empty() ? nullptr : StoreOf(row.trusted);
  const auto* next = NextInChain(Sha256Of({row.certificate.Der()}), verified);
  const X509Ptr issuer = next != nullptr
                             ? Share(next->certificate.get())
                             : FindIssuer(row.certificate.x509(),
                                          {.presented = presented, .trust_store = store.get()});
  ASSERT_EQ(issuer != nullptr, row.issuer.has_value());
  if (issuer) {
    EXPECT_EQ(X509_cmp(issuer.get(), row.issuer->x509()), 0);
  }
}

// So many that have the issuer's name alone, then the issuer.
Certificates AfterImpostors(std::size_t count) {
  Certificates presented(count, Pki().impostor_intermediate);
  presented.push_back(Pki().intermediate);
  return presented;
}

INSTANTIATE_TEST_SUITE_P(
    Table, FindIssuerTest,
    ::testing::Values(
        Row{.name = "sixteenth_of_its_name",
            .certificate = Pki().leaf,
            .presented = AfterImpostors(15),
            .issuer = Pki().intermediate},
        Row{.name = "no_more_of_its_name_are_tried",
            .certificate = Pki().leaf,
            .presented = AfterImpostors(16)},
        Row{.name = "trusted_behind_thousands_of_its_name",
            .certificate = Pki().leaf,
            .presented = AfterImpostors(5000),
            .trusted = {Pki().intermediate},
            .issuer = Pki().intermediate},
        Row{.name = "nothing_at_hand", .certificate = Pki().leaf},
        Row{.name = "verified_chain_wins",
            .certificate = Pki().leaf,
            .verified_chain = {Pki().leaf, CrossSignedTwin(), Pki().stranger_root},
            .presented = {Pki().leaf, Pki().intermediate},
            .trusted = {Pki().intermediate},
            .issuer = CrossSignedTwin()},
        Row{.name = "of_the_intermediate_in_a_verified_chain",
            .certificate = Pki().intermediate,
            .verified_chain = {Pki().leaf, Pki().intermediate, Pki().root},
            .issuer = Pki().root},
        Row{.name = "end_of_a_verified_chain",
            .certificate = Pki().intermediate,
            .verified_chain = {Pki().leaf, Pki().intermediate}},
        Row{.name = "beyond_the_end_of_a_verified_chain",
            .certificate = Pki().intermediate,
            .verified_chain = {Pki().leaf, Pki().intermediate},
            .presented = {Pki().leaf, Pki().intermediate, Pki().root},
            .issuer = Pki().root},
        Row{.name = "outside_the_verified_chain",
            .certificate = Pki().leaf_must_staple,
            .verified_chain = {Pki().leaf, Pki().intermediate, Pki().root},
            .presented = {Pki().leaf_must_staple, Pki().intermediate},
            .issuer = Pki().intermediate},
        Row{.name = "presented",
            .certificate = Pki().leaf,
            .presented = {Pki().leaf, Pki().intermediate},
            .issuer = Pki().intermediate},
        Row{.name = "presented_in_any_order",
            .certificate = Pki().leaf,
            .presented = {Pki().leaf, Pki().root, Pki().sibling_ca, Pki().intermediate},
            .issuer = Pki().intermediate},
        Row{.name = "impostor_presented",
            .certificate = Pki().leaf,
            .presented = {Pki().leaf, Pki().impostor_intermediate}},
        Row{.name = "impostor_presented_before_the_issuer",
            .certificate = Pki().leaf,
            .presented = {Pki().leaf, Pki().impostor_intermediate, Pki().intermediate},
            .issuer = Pki().intermediate},
        Row{.name = "impostor_presented_and_issuer_trusted",
            .certificate = Pki().leaf,
            .presented = {Pki().leaf, Pki().impostor_intermediate},
            .trusted = {Pki().root, Pki().intermediate},
            .issuer = Pki().intermediate},
        Row{.name = "impostor_trusted",
            .certificate = Pki().leaf,
            .presented = {Pki().leaf},
            .trusted = {Pki().impostor_intermediate}},
        Row{.name = "cross_signed_twin_presented",
            .certificate = Pki().leaf,
            .presented = {Pki().leaf, CrossSignedTwin()},
            .issuer = CrossSignedTwin()},
        Row{.name = "trust_store_only",
            .certificate = Pki().leaf,
            .presented = {Pki().leaf},
            .trusted = {Pki().root, Pki().sibling_ca, Pki().intermediate},
            .issuer = Pki().intermediate},
        Row{.name = "trust_store_with_two_of_the_name",
            .certificate = Pki().leaf,
            .trusted = {Pki().impostor_intermediate, Pki().intermediate},
            .issuer = Pki().intermediate},
        Row{.name = "root_of_the_intermediate_in_the_trust_store",
            .certificate = Pki().intermediate,
            .presented = {Pki().leaf, Pki().intermediate},
            .trusted = {Pki().root},
            .issuer = Pki().root},
        Row{.name = "right_key_under_a_wrong_subject",
            .certificate = Pki().leaf,
            .presented = {Pki().leaf, Renamed()},
            .trusted = {Renamed()}},
        Row{.name = "self_signed_is_its_own",
            .certificate = Pki().root,
            .presented = {Pki().root},
            .issuer = Pki().root},
        Row{.name = "sha1_signed",
            .certificate = LeafSignedWith("SHA1"),
            .presented = {Pki().intermediate},
            .issuer = Pki().intermediate}),
    kName);

struct IssuedRow {
  std::string name;
  std::function<Certificate()> certificate;
  std::function<Certificate()> issuer;
  bool issued;
};
std::ostream& operator<<(std::ostream& out, const IssuedRow& row) { return out << row.name; }

class IssuedTest : public ::testing::TestWithParam<IssuedRow> {};

TEST_P(IssuedTest, NeedsNameAndSignature) {
  EXPECT_EQ(Issued(GetParam().issuer().x509(), GetParam().certificate().x509()), GetParam().issued);
}

Certificate Leaf() { return Pki().leaf; }
Certificate Intermediate() { return Pki().intermediate; }

Certificate RsaCa() {
  return IssueCertificate(
      {.subject = "RSA CA", .now = kNow, .key = KeyKind::kRsa2048, .is_ca = true});
}

Certificate LeafOfRsaCa(const std::string& digest, bool pss = false) {
  static const Certificate ca = RsaCa();
  return IssueCertificate(
      {.subject = "leaf.test", .issuer = &ca, .now = kNow, .digest = digest, .pss = pss});
}

Certificate LeafOf(const Certificate& ca) {
  return IssueCertificate({.subject = "leaf.test", .issuer = &ca, .now = kNow});
}

Certificate CaWith(EVP_PKEY* key) {
  const Certificate key_holder({}, Key(key, EVP_PKEY_free));
  return IssueCertificate(
      {.subject = "Odd CA", .now = kNow, .same_key_as = &key_holder, .is_ca = true});
}

// An RSA key whose public exponent has so many bits.
const Certificate& CaWithExponent(int bits) {
  static std::map<int, Certificate> made;
  if (const auto known = made.find(bits); known != made.end()) return known->second;
  BIGNUM* exponent = BN_new();
  BN_set_bit(exponent, bits - 1);
  BN_set_bit(exponent, 0);
  EVP_PKEY* key = nullptr;
  const KeyContext context(EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nullptr));
  Require(EVP_PKEY_keygen_init(context.get()) == 1 &&
              EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), 2048) == 1 &&
              EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context.get(), exponent) == 1 &&
              EVP_PKEY_keygen(context.get(), &key) == 1,
          "making an RSA key");
  BN_free(exponent);
  return made.emplace(bits, CaWith(key)).first->second;
}

Certificate DsaCa() {
  static const Certificate ca = [] {
    EVP_PKEY* parameters = nullptr;
    const KeyContext chooser(EVP_PKEY_CTX_new_id(EVP_PKEY_DSA, nullptr));
    Require(EVP_PKEY_paramgen_init(chooser.get()) == 1 &&
                EVP_PKEY_CTX_set_dsa_paramgen_bits(chooser.get(), 1024) == 1 &&
                EVP_PKEY_paramgen(chooser.get(), &parameters) == 1,
            "choosing DSA parameters");
    EVP_PKEY* key = nullptr;
    const KeyContext maker(EVP_PKEY_CTX_new(parameters, nullptr));
    Require(EVP_PKEY_keygen_init(maker.get()) == 1 && EVP_PKEY_keygen(maker.get(), &key) == 1,
            "making a DSA key");
    EVP_PKEY_free(parameters);
    return CaWith(key);
  }();
  return ca;
}

// P-256, written out.
Certificate CaOnACurveOfItsOwn() {
  static const Certificate ca = [] {
    EVP_PKEY* key = nullptr;
    const KeyContext maker(EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr));
    Require(EVP_PKEY_keygen_init(maker.get()) == 1 &&
                EVP_PKEY_CTX_set_ec_paramgen_curve_nid(maker.get(), NID_X9_62_prime256v1) == 1 &&
                EVP_PKEY_CTX_set_ec_param_enc(maker.get(), OPENSSL_EC_EXPLICIT_CURVE) == 1 &&
                EVP_PKEY_keygen(maker.get(), &key) == 1,
            "making a key");
    return CaWith(key);
  }();
  return ca;
}

Certificate Ed25519Ca() {
  static const Certificate ca = IssueCertificate(
      {.subject = "Ed25519 CA", .now = kNow, .key = KeyKind::kEd25519, .is_ca = true});
  return ca;
}

X509Ptr FromPem(const char* text) {
  const Bio bio(BIO_new_mem_buf(text, -1));
  return X509Ptr(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

TEST(MadeKeyTest, IsNoIssuersThoughItVerifiesTheSignature) {
  const X509Ptr leaf = FromPem(kLeafOfALostCa);
  const X509Ptr made = FromPem(kCaMadeForTheLeaf);
  ASSERT_TRUE(leaf && made);
  ASSERT_EQ(X509_verify(leaf.get(), X509_get0_pubkey(made.get())), 1);
  EXPECT_FALSE(Issued(made.get(), leaf.get()));
}

// The leaf with one bit of its signature turned.
Certificate Corrupted() {
  Bytes der = Pki().leaf.Der();
  der.back() ^= 1U;
  return {der, Pki().leaf.shared_key()};
}

INSTANTIATE_TEST_SUITE_P(
    Table, IssuedTest,
    ::testing::Values(
        IssuedRow{"by_its_issuer", Leaf, Intermediate, true},
        IssuedRow{"by_the_twin", Leaf, [] { return CrossSignedTwin(); }, true},
        IssuedRow{"by_an_impostor", Leaf, [] { return Pki().impostor_intermediate; }, false},
        IssuedRow{"by_the_right_key_under_a_wrong_name", Leaf, [] { return Renamed(); }, false},
        IssuedRow{"by_a_sibling", Leaf, [] { return Pki().sibling_ca; }, false},
        IssuedRow{"with_a_corrupt_signature", Corrupted, Intermediate, false},
        IssuedRow{"with_md5", [] { return LeafOfRsaCa("MD5"); }, RsaCa, false},
        IssuedRow{"with_sha1", [] { return LeafOfRsaCa("SHA1"); }, RsaCa, true},
        IssuedRow{"with_sha256", [] { return LeafOfRsaCa("SHA256"); }, RsaCa, true},
        IssuedRow{"by_an_exponent_of_64_bits", [] { return LeafOf(CaWithExponent(64)); },
                  [] { return CaWithExponent(64); }, true},
        IssuedRow{"by_an_exponent_of_65_bits", [] { return LeafOf(CaWithExponent(65)); },
                  [] { return CaWithExponent(65); }, false},
        IssuedRow{"by_a_curve_of_its_own", [] { return LeafOf(CaOnACurveOfItsOwn()); },
                  CaOnACurveOfItsOwn, false},
        IssuedRow{"by_dsa", [] { return LeafOf(DsaCa()); }, DsaCa, false},
        IssuedRow{"by_ed25519", [] { return LeafOf(Ed25519Ca()); }, Ed25519Ca, true},
        IssuedRow{"with_rsa_pss", [] { return LeafOfRsaCa("SHA256", true); }, RsaCa, true}),
    kName);

}  // namespace
}  // namespace stapling::testing
