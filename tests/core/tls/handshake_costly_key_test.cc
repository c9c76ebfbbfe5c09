// A leaf whose key costs much to verify with, and a signature that is as long as its modulus: the
// handshake fails soon, as deadlines do not end a power.
#include <gtest/gtest.h>

#include <ostream>

#include "tests/core/tls/loopback_handshake.h"
#include "tests/support/odd_key.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;

const auto kRowName = [](const auto& info) {
  const auto& [version, row] = info.param;
  return row.name + (version == TlsVersion::k13 ? "_tls13" : "_tls12");
};

struct Row {
  std::string name;
  Bytes key;
  std::size_t signature;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class CostlyLeafTest : public ::testing::TestWithParam<std::tuple<TlsVersion, Row>> {};

TEST_P(CostlyLeafTest, EndsTheHandshakeAndIsSeen) {
  const auto& [version, row] = GetParam();
  const Certificate leaf = IssueCertificate({.subject = "leaf.test",
                                             .issuer = &Pki().intermediate,
                                             .now = kNow,
                                             .key = KeyKind::kRsa2048,
                                             .dns_names = {"leaf.test"},
                                             .public_key = row.key});
  const auto server = Serve({.chain = Pki().Chain(leaf),
                             .staples = {ToBytes("a staple")},
                             .min_version = version,
                             .max_version = version,
                             .noise_signature = row.signature,
                             .library = TlsLibrary::kGnuTls});
  const auto start = std::chrono::steady_clock::now();
  const Handshake seen = ShakeHands(server->port());
  EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
  EXPECT_EQ(Words(seen.failure), "handshake protocol_error");
  EXPECT_EQ(PresentedDers(seen), Ders(Pki().Chain(leaf)));
  EXPECT_EQ(PresentedStaples(seen), (Staples{ToBytes("a staple"), std::nullopt}));
}

INSTANTIATE_TEST_SUITE_P(
    Table, CostlyLeafTest,
    ::testing::Combine(::testing::Values(TlsVersion::k12, TlsVersion::k13),
                       ::testing::Values(Row{.name = "long_modulus_and_exponent",
                                             .key = RsaKey(65536, 65536),
                                             .signature = 8192},
                                         Row{.name = "long_exponent",
                                             .key = RsaKey(16384, 524288),
                                             .signature = 2048})),
    kRowName);

}  // namespace
}  // namespace stapling::testing
