#include "core/ocsp/request.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/sha.h>

#include <new>
#include <string>

#include "core/x509/text.h"
#include "tests/core/fixed_pki.h"
#include "tests/support/openssl_memory.h"

namespace stapling::testing {
namespace {

Bytes Octets(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) bytes.push_back(static_cast<std::uint8_t>(value));
  return bytes;
}

std::string Sha1Hex(const Bytes& bytes) {
  Bytes digest(SHA_DIGEST_LENGTH);
  SHA1(bytes.data(), bytes.size(), digest.data());
  return ToHex(digest);
}

// RFC 6960 section 4.1.1, decoded by hand: one Request, SHA-1, nothing optional.
TEST(OcspRequestTest, HoldsOneCertIdAndNothingElse) {
  const Certificate leaf = IssueCertificate({.subject = "leaf.test",
                                             .issuer = &Pki().intermediate,
                                             .now = kNow,
                                             .serial = Octets({0x12, 0x34})});
  const Bytes request = EncodeOcspRequest(leaf.x509(), Pki().intermediate.x509());
  const Bytes head =
      Octets({0x30, 0x43, 0x30, 0x41, 0x30, 0x3F, 0x30, 0x3D, 0x30, 0x3B,  //
              0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A, 0x05, 0x00, 0x04, 0x14});
  ASSERT_EQ(request.size(), 0x45U);
  EXPECT_EQ(Bytes(request.begin(), request.begin() + static_cast<long>(head.size())), head);
  const std::string hex = ToHex(request);
  EXPECT_NE(hex.find("0414" + Sha1Hex(Pki().intermediate.SubjectDer())), std::string::npos);
  EXPECT_NE(hex.find("0414" + Sha1Hex(Pki().intermediate.PublicKeyContent())), std::string::npos);
  EXPECT_TRUE(hex.ends_with("02021234"));
}

// "whole", "out of memory", "in pieces".
std::string Outcome(const Bytes& whole) {
  try {
    const bool is_whole = EncodeOcspRequest(Pki().leaf.x509(), Pki().intermediate.x509()) == whole;
    return is_whole ? "whole" : "in pieces";
  } catch (const std::bad_alloc&) {
    return "out of memory";
  }
}

// Each allocation that OpenSSL makes for it fails once.
TEST(OcspRequestTest, IsWholeOrOutOfMemory) {
  const Bytes whole = EncodeOcspRequest(Pki().leaf.x509(), Pki().intermediate.x509());
  ASSERT_EQ(whole.size(), 83U);  // as above, with a serial of 16 octets
  std::size_t failures = 0;
  for (unsigned number = 0;; ++number) {
    const FailingAllocation failing(number);
    const std::string outcome = Outcome(whole);
    EXPECT_EQ(ERR_peek_error(), 0U) << "allocation " << number;
    if (!failing.failed()) {
      EXPECT_EQ(outcome, "whole");
      break;
    }
    EXPECT_NE(outcome, "in pieces") << "allocation " << number;
    if (outcome == "out of memory") ++failures;
  }
  EXPECT_GE(failures, 10U);
}

struct GetPath {
  const char* name;
  const char* responder;
  Bytes request;
  const char* path;  // null: cannot be asked by GET
};

void PrintTo(const GetPath& row, std::ostream* out) { *out << row.name; }

class OcspGetPathTest : public ::testing::TestWithParam<GetPath> {};

TEST_P(OcspGetPathTest, AppendsTheRequest) {
  const auto path = OcspGetPath(GetParam().responder, GetParam().request);
  ASSERT_EQ(path.has_value(), GetParam().path != nullptr);
  if (path) {
    EXPECT_EQ(*path, GetParam().path);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, OcspGetPathTest,
    ::testing::Values(GetPath{"root", "/", Octets({0x66, 0x6F, 0x6F}), "/Zm9v"},
                      GetPath{"without_slash", "/ocsp", Octets({0x66, 0x6F, 0x6F}), "/ocsp/Zm9v"},
                      GetPath{"with_slash", "/ocsp/", Octets({0x66, 0x6F, 0x6F}), "/ocsp/Zm9v"},
                      GetPath{"one_pad", "/", Octets({0x66, 0x6F}), "/Zm8%3D"},
                      GetPath{"two_pads", "/", Octets({0x66}), "/Zg%3D%3D"},
                      GetPath{"plus_and_slash", "/", Octets({0xFB, 0xFF, 0xFE}), "/%2B%2F%2F%2B"},
                      GetPath{"query", "/ocsp?ca=1", Octets({0x66}), nullptr}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace stapling::testing
