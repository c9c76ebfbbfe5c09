// Where GnuTLS is asked for its opinion, and where asking could cost too much. What it says is
// compared with the verdict elsewhere (tests/core/ocsp/gnutls_divergence.cc).
#include "core/tls/gnutls_opinion.h"

#include <gtest/gtest.h>

#include <ostream>

#include "core/tls/tls_library.h"
#include "tests/core/tls/loopback_handshake.h"
#include "tests/support/ocsp_response.h"
#include "tests/support/odd_key.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;

const auto kName = [](const auto& info) { return info.param.name; };
constexpr std::size_t kMost = 64U << 10U;  // octets of staples
const Bytes kCostlyKey = RsaKey(32768, 32768);
constexpr std::size_t kCostlySignature = 32768 / 8;

Bytes Good() { return BuildOcspResponse(GoodResponse(Pki().leaf, Pki().intermediate, kNow)); }

// So many octets in all, most of them an extension.
Bytes GoodOf(std::size_t octets) {
  OcspResponseSpec spec = GoodResponse(Pki().leaf, Pki().intermediate, kNow);
  spec.extensions = {{.oid = "1.3.6.1.4.1.99999.1", .value = Noise(octets / 2)}};
  Bytes response = BuildOcspResponse(spec);
  while (response.size() != octets) {  // a signature by ECDSA has no fixed length
    spec.extensions[0].value.resize(spec.extensions[0].value.size() + octets - response.size());
    response = BuildOcspResponse(spec);
  }
  return response;
}

// Valid by the system's clock, which GnuTLS goes by, as nothing is raised to the key of another.
const Certificate& CostlySigner() {
  static const Certificate signer = IssueCertificate({.subject = "Costly Signer",
                                                      .issuer = &Pki().intermediate,
                                                      .now = kNow,
                                                      .not_after = kNow + std::chrono::years(9),
                                                      .key = KeyKind::kRsa2048,
                                                      .ocsp_signing_eku = true,
                                                      .public_key = kCostlyKey});
  return signer;
}

Bytes ByCostlySigner() {
  OcspResponseSpec spec =
      GoodDelegatedResponse(Pki().leaf, Pki().intermediate, CostlySigner(), kNow);
  spec.signature = NoiseSignature(kCostlySignature);
  return BuildOcspResponse(spec);
}

Bytes BesideCostlyStranger() {
  OcspResponseSpec spec = GoodResponse(Pki().leaf, Pki().intermediate, kNow);
  spec.embedded = {&CostlySigner()};
  return BuildOcspResponse(spec);
}

// The intermediate's name with a costly key.
Certificate CostlyIssuer() {
  return IssueCertificate({.subject = "Costly CA",
                           .issuer = &Pki().root,
                           .now = kNow,
                           .key = KeyKind::kRsa2048,
                           .is_ca = true,
                           .public_key = kCostlyKey});
}

struct CapturedRow {
  std::string name;
  Bytes response;
  std::optional<Certificate> issuer = Pki().intermediate;
  bool asked;
};
std::ostream& operator<<(std::ostream& out, const CapturedRow& row) { return out << row.name; }

class CapturedOpinionTest : public ::testing::TestWithParam<CapturedRow> {};

TEST_P(CapturedOpinionTest, IsAskedForUnlessItCostsTooMuch) {
  const CapturedRow& row = GetParam();
  const auto start = std::chrono::steady_clock::now();
  const auto opinion = OpinionOf(stapling::TlsLibrary::kGnutls, row.response, Pki().leaf.x509(),
                                 row.issuer ? row.issuer->x509() : nullptr, kNow);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
  EXPECT_EQ(opinion.has_value(), row.asked);
}

INSTANTIATE_TEST_SUITE_P(
    Table, CapturedOpinionTest,
    ::testing::Values(
        CapturedRow{.name = "good", .response = Good(), .asked = true},
        CapturedRow{.name = "no_issuer", .response = Good(), .issuer = {}, .asked = true},
        CapturedRow{.name = "no_response", .response = ToBytes("no response"), .asked = true},
        CapturedRow{
            .name = "delegated",
            .response = BuildOcspResponse(GoodDelegatedResponse(Pki().leaf, Pki().intermediate,
                                                                Pki().ocsp_signer, kNow)),
            .asked = true},
        CapturedRow{.name = "costly_signer", .response = ByCostlySigner(), .asked = false},
        CapturedRow{.name = "costly_stranger", .response = BesideCostlyStranger(), .asked = false},
        CapturedRow{
            .name = "costly_issuer", .response = Good(), .issuer = CostlyIssuer(), .asked = false},
        CapturedRow{.name = "of_64_kib", .response = GoodOf(kMost), .asked = true},
        CapturedRow{.name = "over_64_kib", .response = GoodOf(kMost + 1), .asked = false}),
    kName);

struct StapledRow {
  std::string name;
  Staples staples;
  bool asked;
  TlsVersion version = TlsVersion::k13;
};
std::ostream& operator<<(std::ostream& out, const StapledRow& row) { return out << row.name; }

class StapledOpinionTest : public ::testing::TestWithParam<StapledRow> {};

TEST_P(StapledOpinionTest, IsAskedForUnlessItCostsTooMuch) {
  const StapledRow& row = GetParam();
  const auto server =
      Serve({.staples = row.staples, .min_version = row.version, .max_version = row.version});
  const auto start = std::chrono::steady_clock::now();
  const Handshake seen = ShakeHands(server->port(), {.library = stapling::TlsLibrary::kGnutls});
  EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
  EXPECT_EQ(Words(seen.failure), "");
  EXPECT_EQ(seen.chain.front().staple, row.staples.front());
  EXPECT_EQ(seen.opinion.has_value(), row.asked);
}

INSTANTIATE_TEST_SUITE_P(
    Table, StapledOpinionTest,
    ::testing::Values(
        StapledRow{
            .name = "good_tls12", .staples = {Good()}, .asked = true, .version = TlsVersion::k12},
        StapledRow{.name = "good_tls13", .staples = {Good()}, .asked = true},
        StapledRow{.name = "costly_signer_tls12",
                   .staples = {ByCostlySigner()},
                   .asked = false,
                   .version = TlsVersion::k12},
        StapledRow{.name = "costly_signer_tls13", .staples = {ByCostlySigner()}, .asked = false},
        StapledRow{.name = "costly_signer_of_the_intermediate",
                   .staples = {Good(), ByCostlySigner()},
                   .asked = false},
        StapledRow{.name = "of_64_kib_tls12",
                   .staples = {GoodOf(kMost)},
                   .asked = true,
                   .version = TlsVersion::k12},
        StapledRow{.name = "over_64_kib_tls12",
                   .staples = {GoodOf(kMost + 1)},
                   .asked = false,
                   .version = TlsVersion::k12},
        StapledRow{.name = "two_of_64_kib_together",
                   .staples = {GoodOf(kMost / 2), GoodOf(kMost / 2)},
                   .asked = true},
        StapledRow{.name = "two_of_more_together",
                   .staples = {GoodOf(kMost / 2), GoodOf(kMost / 2 + 1)},
                   .asked = false}),
    kName);

// Another probe may be loading them at the same moment.
TEST(StapledOpinion, IsNotAskedForBeforeTheCaCertificatesAreLoaded) {
  const TempDir directory;
  const auto server = Serve({.staples = {Good()}});
  const auto opinion_with = [&](const std::string& ca_file) {
    const Handshake seen = ShakeHands(server->port(), {.settings = {.ca_file = ca_file},
                                                       .library = stapling::TlsLibrary::kGnutls});
    EXPECT_EQ(Words(seen.failure), "");
    EXPECT_EQ(ChainWords(seen), "verified");
    return seen.opinion.has_value();
  };
  EXPECT_TRUE(opinion_with(directory.Write("ca.pem", Pki().root.Pem())));
  EXPECT_FALSE(opinion_with(directory.Path("missing.pem")));
  EXPECT_FALSE(opinion_with(directory.Write("text.pem", "no certificate")));
}

}  // namespace
}  // namespace stapling::testing
