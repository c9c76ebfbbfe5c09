#include "core/tls/chain_verification.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "core/x509/certificate.h"
#include "tests/core/x509/made_key.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {
namespace {

PresentedCertificate Presented(const char* pem) {
  const BioPtr text(BIO_new_mem_buf(pem, -1));
  IdentifiedCertificate identified =
      Identify(X509Ptr(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)));
  return {.certificate = std::move(identified.certificate), .sha256 = identified.sha256};
}

// OpenSSL finds that the made key fits, and that the leaf is trusted: it calls the chain verified.
TEST(VerifyChain, TakesNoMadeIssuerOfALeafThatIsItsOwnAnchor) {
  const TempDir directory;
  const auto trust_store = TrustStore::Load(directory.Write("ca.pem", kLeafOfALostCa));
  ASSERT_TRUE(trust_store) << trust_store.error();
  Handshake handshake;
  handshake.chain.push_back(Presented(kLeafOfALostCa));
  handshake.chain.push_back(Presented(kCaMadeForTheLeaf));
  const auto now = *NotBefore(handshake.chain.front().certificate.get()) + std::chrono::days(1);
  VerifyChain(handshake, **trust_store, {.now = now});
  EXPECT_TRUE(handshake.chain_verified()) << handshake.chain_error_detail;
  ASSERT_EQ(handshake.verified_chain.size(), 1U);
  EXPECT_EQ(handshake.verified_chain.front().sha256, handshake.chain.front().sha256);
}

}  // namespace
}  // namespace stapling::testing
