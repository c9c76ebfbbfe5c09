#include "core/x509/sha256.h"

#include <gtest/gtest.h>

#include <string_view>

#include "core/x509/text.h"

namespace stapling::testing {
namespace {

BytesView ViewOfText(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The examples of FIPS 180-2, appendix B.
TEST(Sha256, DigestsTheStandardsExamples) {
  EXPECT_EQ(ToHex(Sha256Of({ViewOfText("abc")})),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(
      ToHex(Sha256Of({ViewOfText("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")})),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, DigestsNothingAtAll) {
  constexpr std::string_view kEmpty =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  EXPECT_EQ(ToHex(Sha256Of({})), kEmpty);
  EXPECT_EQ(ToHex(Sha256Of({BytesView()})), kEmpty);
}

TEST(Sha256, DigestsPartsOneAfterTheOther) {
  EXPECT_EQ(Sha256Of({ViewOfText("a"), ViewOfText(""), ViewOfText("bc")}),
            Sha256Of({ViewOfText("abc")}));
}

}  // namespace
}  // namespace stapling::testing
