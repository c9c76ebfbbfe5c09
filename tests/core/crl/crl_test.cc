// What a list holds, what is found in it, and whose signature it bears.
#include "core/crl/crl.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/core/crl/crl_case.h"
#include "tests/support/der.h"

namespace stapling::testing {
namespace {

std::shared_ptr<const Crl> Decoded(const CrlSpec& spec) { return Crl::Decode(BuildCrl(spec)); }

TEST(Crl, SaysWhatItHolds) {
  CrlSpec spec = GoodCrl(Pki().intermediate, kNow);
  spec.extensions = {
      IssuingDistributionPointExtension({.urls = {"http://x/"}, .only_user_certificates = true})};
  const auto crl = Decoded(spec);
  ASSERT_NE(crl, nullptr);
  EXPECT_EQ(X509_NAME_cmp(crl->issuer(), X509_get_subject_name(Pki().intermediate.x509())), 0);
  EXPECT_EQ(crl->this_update(), spec.this_update);
  EXPECT_EQ(crl->next_update(), spec.next_update);
  EXPECT_EQ(crl->number(), "07");
  EXPECT_EQ(crl->entry_count(), 2U);
  EXPECT_EQ(crl->SignatureAlgorithmName(), "ecdsa-with-SHA256");
  ASSERT_TRUE(crl->scope());
  EXPECT_TRUE(crl->scope()->only_user_certificates);
  EXPECT_FALSE(crl->scope()->only_ca_certificates);
  EXPECT_EQ(crl->scope()->names, std::vector<Bytes>{der::Implicit(6, ToBytes("http://x/"))});
}

TEST(Crl, CountsTheNamesOfItsScope) {
  CrlSpec spec = GoodCrl(Pki().intermediate, kNow);
  const std::vector<std::string> names(64, "http://x/" + std::string(991, 'a'));
  spec.extensions = {IssuingDistributionPointExtension({.urls = names})};
  const auto crl = Decoded(spec);
  ASSERT_NE(crl, nullptr);
  EXPECT_GE(crl->size_bytes(), 64'000U);
  EXPECT_GE(crl->memory_bytes(), 128'000U);  // in the list's octets, and on their own
}

using IntegerPtr = std::unique_ptr<ASN1_INTEGER, OpensslDeleter<ASN1_INTEGER_free>>;

// Of the content octets of the INTEGER.
std::optional<Crl::Entry> Find(const Crl& crl, const Bytes& content) {
  const Bytes element = der::Element(0x02, content);
  const unsigned char* at = element.data();
  const IntegerPtr serial(d2i_ASN1_INTEGER(nullptr, &at, static_cast<long>(element.size())));
  return serial ? crl.Find(serial.get()) : std::nullopt;
}

TEST(Crl, FindsEachSerialAsANumber) {
  const std::vector<Bytes> serials = {
      {0},          {1},          {0x7f}, {0x00, 0x80},    {0x80},
      {0xff, 0x7f}, {0x01, 0x00}, {0xff}, Bytes(20, 0x7e), Bytes(21, 0x11)};
  CrlSpec spec = GoodCrl(Pki().intermediate, kNow);
  spec.entries.clear();
  for (std::size_t i = 0; i < serials.size(); ++i) {
    spec.entries.push_back({.serial = serials[i],
                            .revoked_at = kNow - std::chrono::hours(i),
                            .reason = static_cast<int>(i)});
  }
  const auto crl = Decoded(spec);
  ASSERT_NE(crl, nullptr);
  for (std::size_t i = 0; i < serials.size(); ++i) {
    const auto entry = Find(*crl, serials[i]);
    ASSERT_TRUE(entry) << i;
    EXPECT_EQ(entry->revoked_at, kNow - std::chrono::hours(i));
    EXPECT_EQ(entry->reason, static_cast<long>(i));
  }
  for (const Bytes& absent : {Bytes{2}, Bytes{0x00, 0xff}, Bytes{0x81}, Bytes(20, 0x7d)}) {
    EXPECT_FALSE(Find(*crl, absent));
  }
}

TEST(Crl, FindsNothingInAnEmptyList) {
  CrlSpec spec = GoodCrl(Pki().intermediate, kNow);
  spec.entries.clear();
  EXPECT_FALSE(Find(*Decoded(spec), {1}));
}

TEST(Crl, FindsTheFirstOfTwo) {
  CrlSpec spec = GoodCrl(Pki().intermediate, kNow);
  spec.entries = {{.serial = {5}, .revoked_at = kNow, .reason = 1},
                  {.serial = {4}, .revoked_at = kNow},
                  {.serial = {5}, .revoked_at = kNow, .reason = 4}};
  EXPECT_EQ(Find(*Decoded(spec), {5})->reason, 1);
}

TEST(Crl, ReadsPem) {
  const Bytes der = BuildCrl(GoodCrl(Pki().intermediate, kNow));
  const std::string pem = PemCrl(der);
  const auto decoded = [](const std::string& text) { return Crl::Decode(ToBytes(text)); };
  ASSERT_NE(decoded(pem), nullptr);
  EXPECT_EQ(decoded(pem)->size_bytes(), der.size());
  EXPECT_NE(decoded("Certificate Revocation List (CRL):\n" + pem), nullptr);
  EXPECT_EQ(decoded(pem + pem), nullptr);
  EXPECT_EQ(decoded(Pki().leaf.Pem()), nullptr);
  Bytes longer = der;
  longer.push_back(0);
  EXPECT_EQ(decoded(PemCrl(longer)), nullptr);
}

TEST(Crl, TellsTheKeysApartThatItRemembers) {
  const auto crl = Decoded(GoodCrl(Pki().intermediate, kNow));
  for (int round = 0; round < 2; ++round) {
    EXPECT_TRUE(crl->SignedBy(Pki().intermediate.x509()));
    EXPECT_FALSE(crl->SignedBy(Pki().impostor_intermediate.x509()));
    EXPECT_FALSE(crl->SignedBy(Pki().root.x509()));
    for (int i = 0; i < 10; ++i) {  // more than are remembered
      EXPECT_FALSE(crl->SignedBy(IssueCertificate({.subject = "x", .now = kNow}).x509()));
    }
  }
}

TEST(Crl, IsSharedByThreads) {
  const auto crl = Decoded(GoodCrl(Pki().intermediate, kNow));
  std::vector<int> good(4, 0);
  std::vector<std::thread> threads;
  for (int& count : good) {
    threads.emplace_back([&crl, &count] {
      for (int i = 0; i < 20; ++i) {
        const bool right = crl->SignedBy(Pki().intermediate.x509()) &&
                           !crl->SignedBy(Pki().root.x509()) && Find(*crl, {0x11, 0x22, 0x33});
        count += right ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, std::vector<int>(4, 20));
}

}  // namespace
}  // namespace stapling::testing
