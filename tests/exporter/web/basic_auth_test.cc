#include "exporter/web/basic_auth.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/exporter/web/hashes.h"

namespace stapling::exporter {
namespace {

using Memory = BasicAuth::Memory;

struct HeaderRow {
  const char* name;
  std::string header;
  std::optional<std::string> user_and_password;  // with a bar between them
};

TEST(BasicCredentials, OfAHeader) {
  const HeaderRow rows[] = {
      {"usual", "Basic YWxpY2U6c2VjcmV0", "alice|secret"},
      {"other_case", "bASIC YWxpY2U6c2VjcmV0", "alice|secret"},
      {"two_spaces", "Basic  YWxpY2U6c2VjcmV0", "alice|secret"},
      {"colon_in_password", "Basic YWxpY2U6YTpi", "alice|a:b"},
      {"padding", "Basic YWxpY2U6Yg==", "alice|b"},
      {"nobody_without_password", "Basic Og==", "|"},
      {"no_colon", "Basic YWxpY2U=", std::nullopt},
      {"nothing", "", std::nullopt},
      {"scheme_alone", "Basic", std::nullopt},
      {"scheme_and_space", "Basic ", std::nullopt},
      {"bearer", "Bearer YWxpY2U6c2VjcmV0", std::nullopt},
      {"no_base64", "Basic alice:secret!!", std::nullopt},
      {"cut", "Basic YWxpY2U6c2VjcmV", std::nullopt},
      {"padding_alone", "Basic ====", std::nullopt},
  };
  for (const HeaderRow& row : rows) {
    const auto credentials = ParseBasicCredentials(row.header);
    const auto text =
        credentials ? std::optional(credentials->user + "|" + credentials->password) : std::nullopt;
    EXPECT_EQ(text, row.user_and_password) << row.name;
  }
}

// Counts what it computes; a password is its own hash, of cost 10.
class BasicAuthTest : public ::testing::Test {
 protected:
  static std::string HashOf(const std::string& password) { return "$2b$10$" + password; }

  std::vector<std::string> computed_;
  BasicAuth auth_{{{"alice", HashOf("right")}, {"bob", HashOf("his")}},
                  [this](const std::string& password, const std::string& hash) {
                    computed_.push_back(hash);
                    return hash == HashOf(password);
                  }};
};

TEST_F(BasicAuthTest, ARightPasswordIsComputedOnce) {
  EXPECT_EQ(auth_.Recall({"alice", "right"}), Memory::kNone);
  EXPECT_TRUE(auth_.Check({"alice", "right"}));
  EXPECT_EQ(auth_.Recall({"alice", "right"}), Memory::kRight);
  EXPECT_TRUE(auth_.Check({"alice", "right"}));
  EXPECT_EQ(computed_.size(), 1U);
}

TEST_F(BasicAuthTest, AWrongPasswordIsComputedOnceAndHarmsNobody) {
  EXPECT_TRUE(auth_.Check({"alice", "right"}));
  EXPECT_FALSE(auth_.Check({"alice", "wrong"}));
  EXPECT_FALSE(auth_.Check({"alice", "wrong"}));
  EXPECT_EQ(auth_.Recall({"alice", "wrong"}), Memory::kWrong);
  EXPECT_EQ(auth_.Recall({"alice", "right"}), Memory::kRight);
  EXPECT_EQ(computed_.size(), 2U);
}

TEST_F(BasicAuthTest, APasswordIsItsUsersOwn) {
  EXPECT_TRUE(auth_.Check({"alice", "right"}));
  EXPECT_EQ(auth_.Recall({"bob", "right"}), Memory::kNone);
  EXPECT_FALSE(auth_.Check({"bob", "right"}));
  EXPECT_TRUE(auth_.Check({"bob", "his"}));
}

TEST_F(BasicAuthTest, AnUnknownUserCostsAHashAndIsRefusedWhateverItSays) {
  EXPECT_FALSE(auth_.Check({"mallory", "right"}));
  EXPECT_FALSE(auth_.Check({"", ""}));
  // A password that happens to match the decoy.
  EXPECT_FALSE(auth_.Check({"mallory", std::string(53, '.')}));
  EXPECT_EQ(computed_, (std::vector<std::string>(3, "$2b$10$" + std::string(53, '.'))));
}

TEST_F(BasicAuthTest, RemembersABoundedNumberOfWrongGuesses) {
  EXPECT_TRUE(auth_.Check({"alice", "right"}));
  for (int i = 0; i < 3000; ++i) EXPECT_FALSE(auth_.Check({"alice", "guess" + std::to_string(i)}));
  EXPECT_EQ(auth_.Recall({"alice", "guess0"}), Memory::kNone);
  EXPECT_EQ(auth_.Recall({"alice", "guess2999"}), Memory::kWrong);
  EXPECT_EQ(auth_.Recall({"alice", "right"}), Memory::kRight);
}

TEST(BasicAuth, TheDecoyIsAsCostlyAsTheMostCostlyHash) {
  std::string computed;
  BasicAuth auth({{"a", "$2b$04$x"}, {"b", "$2y$12$x"}, {"c", "$2b$05$x"}},
                 [&](const std::string&, const std::string& hash) {
                   computed = hash;
                   return false;
                 });
  EXPECT_FALSE(auth.Check({"nobody", "x"}));
  EXPECT_EQ(computed.substr(0, 7), "$2y$12$");
}

TEST(BasicAuth, WithRealHashes) {
  BasicAuth auth({{"alice", kHash}, {"bob", kOtherHash}});
  EXPECT_TRUE(auth.Check({"alice", kPassword}));
  EXPECT_TRUE(auth.Check({"bob", kOtherPassword}));
  EXPECT_FALSE(auth.Check({"alice", kOtherPassword}));
  EXPECT_FALSE(auth.Check({"carol", kPassword}));
}

}  // namespace
}  // namespace stapling::exporter
