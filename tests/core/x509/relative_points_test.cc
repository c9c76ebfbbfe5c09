#include "core/x509/relative_points.h"

#include <gtest/gtest.h>

#include <ostream>
#include <vector>

#include "core/x509/openssl_ptr.h"
#include "tests/core/fixed_pki.h"
#include "tests/support/crl.h"
#include "tests/support/der.h"
#include "tests/support/pki.h"

namespace stapling::testing {
namespace {

Bytes Named(const Bytes& name) { return der::Sequence({der::Explicit(0, name)}); }
Bytes Relative() { return Named(RelativeName("a")); }
Bytes Full() { return Named(FullName({"http://crl.test/"})); }
Bytes OfAnIssuer() { return der::Sequence({der::Explicit(2, Bytes{0x82, 1, 'a'})}); }

struct Row {
  const char* name;
  std::vector<ExtensionSpec> extensions;
  bool many;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class RelativePointsTest : public ::testing::TestWithParam<Row> {};

TEST_P(RelativePointsTest, AreCounted) {
  const Certificate certificate = IssueCertificate({.subject = "x",
                                                    .issuer = &Pki().intermediate,
                                                    .now = kNow,
                                                    .extensions = GetParam().extensions});
  EXPECT_EQ(HasManyRelativePoints(certificate.x509()), GetParam().many);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RelativePointsTest,
    ::testing::Values(
        Row{"no_extension", {}, false}, Row{"no_point", {DistributionPointsExtension({})}, false},
        Row{"one", {DistributionPointsExtension({Relative()})}, false},
        Row{"two", {DistributionPointsExtension({Relative(), Relative()})}, true},
        Row{"one_among_full_names",
            {DistributionPointsExtension({Full(), Relative(), Full(), OfAnIssuer()})},
            false},
        Row{"two_among_full_names",
            {DistributionPointsExtension({Relative(), Full(), OfAnIssuer(), Relative()})},
            true},
        Row{"only_full_names", {DistributionPointsExtension({Full(), Full(), Full()})}, false},
        Row{"a_thousand", {RelativePointsExtension(1000)}, true},
        Row{"no_der", {{.oid = "2.5.29.31", .value = {0x30, 0x80, 0x01}}}, false},
        // OpenSSL takes an indefinite length, too.
        Row{"two_in_ber",
            {{.oid = "2.5.29.31",
              .value = {0x30, 0x80, 0x30, 4, 0xa0, 2, 0xa1, 0, 0x30, 4, 0xa0, 2, 0xa1, 0, 0, 0}}},
            true}),
    [](const auto& row) { return row.param.name; });

// OpenSSL writes none out that it cannot find by its number.
TEST(RelativePoints, InAnExtensionThatIsThereTwiceAreNotWrittenOut) {
  const Certificate certificate =
      IssueCertificate({.subject = "x",
                        .issuer = &Pki().intermediate,
                        .now = kNow,
                        .extensions = {RelativePointsExtension(2), RelativePointsExtension(2)}});
  EXPECT_FALSE(HasManyRelativePoints(certificate.x509()));
  EXPECT_EQ(X509_get_ext_d2i(certificate.x509(), NID_crl_distribution_points, nullptr, nullptr),
            nullptr);
}

// Outside of a handshake nobody puts the peer's own certificate among those that it sent.
TEST(RelativePoints, OfTheCertificateItselfAreSeenWhereverItStands) {
  const Certificate certificate = IssueCertificate({.subject = "x",
                                                    .issuer = &Pki().intermediate,
                                                    .now = kNow,
                                                    .extensions = {RelativePointsExtension(2)}});
  const StorePtr store(X509_STORE_new());
  const StoreContextPtr context(X509_STORE_CTX_new());
  ASSERT_EQ(X509_STORE_CTX_init(context.get(), store.get(), certificate.x509(), nullptr), 1);
  EXPECT_EQ(VerifyUnlessManyRelativePoints(context.get(), nullptr), 0);
  EXPECT_EQ(X509_STORE_CTX_get_error(context.get()), X509_V_ERR_INVALID_EXTENSION);
}

}  // namespace
}  // namespace stapling::testing
