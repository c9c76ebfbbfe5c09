#include "exporter/web/bcrypt.h"

#include <crypt.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/exporter/web/hashes.h"

namespace stapling::exporter {
namespace {

struct HashRow {
  const char* name;
  std::string text;
  bool is_hash;
};

const std::string kTail = "CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

TEST(Bcrypt, KnowsAHashWhenItSeesOne) {
  const HashRow rows[] = {
      {"a", "$2a$05$" + kTail, true},
      {"b", "$2b$10$" + kTail, true},
      {"y", "$2y$31$" + kTail, true},
      {"lowest_cost", "$2y$04$" + kTail, true},
      {"buggy_x", "$2x$05$" + kTail, false},
      {"without_letter", "$2$05$" + kTail, false},
      {"cost_too_low", "$2b$03$" + kTail, false},
      {"cost_too_high", "$2b$32$" + kTail, false},
      {"cost_no_number", "$2b$0x$" + kTail, false},
      {"one_short", "$2b$05$" + kTail.substr(1), false},
      {"one_long", "$2b$05$C" + kTail, false},
      {"no_separator", "$2b$05." + kTail, false},
      {"bad_letter", "$2b$05$!" + kTail.substr(1), false},
      {"plain_text", "secret", false},
      {"sha512_crypt", "$6$abc$def", false},
      {"empty", "", false},
  };
  for (const HashRow& row : rows) EXPECT_EQ(IsBcryptHash(row.text), row.is_hash) << row.name;
}

TEST(Bcrypt, MatchesThePasswordAlone) {
  EXPECT_TRUE(MatchesBcrypt(kPassword, kHash));
  EXPECT_TRUE(MatchesBcrypt(kOtherPassword, kOtherHash));
  EXPECT_TRUE(
      MatchesBcrypt("U*U*U", "$2b$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"));
  EXPECT_FALSE(MatchesBcrypt(kOtherPassword, kHash));
  EXPECT_FALSE(MatchesBcrypt("", kHash));
  EXPECT_FALSE(MatchesBcrypt(std::string(kPassword) + '\0', kHash));
  EXPECT_FALSE(MatchesBcrypt(kPassword, "$2b$99$" + kTail));
}

TEST(Bcrypt, ADecoyCostsTheSameAndMatchesNothing) {
  const std::string decoy = DecoyOf(kHash);
  EXPECT_TRUE(IsBcryptHash(decoy));
  EXPECT_EQ(decoy.substr(0, 7), "$2a$05$");
  EXPECT_FALSE(MatchesBcrypt(kPassword, decoy));
  EXPECT_FALSE(MatchesBcrypt("", decoy));
}

// A setting that crypt refuses would be refused at once, and tell an unknown user by that.
TEST(Bcrypt, ADecoyIsComputedAsAnyHashIs) {
  const std::string decoy = DecoyOf(kHash);
  crypt_data data{};
  const char* const computed = crypt_rn(kPassword, decoy.c_str(), &data, sizeof(data));
  ASSERT_NE(computed, nullptr);
  EXPECT_EQ(std::string(computed).substr(0, 28), decoy.substr(0, 28));
  EXPECT_TRUE(IsBcryptHash(computed)) << computed;
}

}  // namespace
}  // namespace stapling::exporter
