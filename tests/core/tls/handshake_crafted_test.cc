// What no library lets a server say: the handshake ends, or what was said is kept as it is, to
// be judged. Of two staples never one alone.
#include <gtest/gtest.h>

#include <ostream>

#include "tests/core/tls/loopback_handshake.h"
#include "tests/support/crafted_server.h"

namespace stapling::testing {
namespace {

const Bytes kStaple = ToBytes("a staple");
const Bytes kOther = ToBytes("another");
constexpr const char* kRefused = "handshake protocol_error";

Bytes Joined(Bytes one, const Bytes& other) {
  Append(one, other);
  return one;
}

struct CraftedRow {
  std::string name;
  Bytes extensions = {};  // of the leaf's entry
  std::string words = {};
  std::optional<Bytes> staple = {};
  Bytes behind_intermediate = {};  // in its entry
  std::size_t key_shares = 1;
};
std::ostream& operator<<(std::ostream& out, const CraftedRow& row) { return out << row.name; }

class CraftedTest : public ::testing::TestWithParam<CraftedRow> {};

TEST_P(CraftedTest, IsRefusedOrKeptAsItIs) {
  const CraftedRow& row = GetParam();
  const auto server = CraftedServer::Start(
      {.certificates = {{.certificate = Pki().leaf.Der(), .extensions = row.extensions},
                        {.certificate = Joined(Pki().intermediate.Der(), row.behind_intermediate)}},
       .leaf = Pki().leaf,
       .key_shares = row.key_shares});
  ASSERT_TRUE(server) << server.error();
  const Handshake seen = ShakeHands((*server)->port());
  EXPECT_EQ(Words(seen.failure), row.words);
  if (row.words.empty() || row.staple) {
    EXPECT_EQ(PresentedStaples(seen), (Staples{row.staple, std::nullopt}));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, CraftedTest,
    ::testing::Values(
        CraftedRow{.name = "Honest", .extensions = StapleExtension(kStaple), .staple = kStaple},
        CraftedRow{.name = "NoStaple"},
        CraftedRow{.name = "TwoStaples",
                   .extensions = Joined(StapleExtension(kStaple), StapleExtension(kOther)),
                   .words = kRefused},
        CraftedRow{.name = "AStapleAndAnotherStatusType",
                   .extensions = Joined(StapleExtension(kStaple), StapleExtension(kOther, 2)),
                   .words = kRefused},
        CraftedRow{.name = "AnotherStatusType",
                   .extensions = StapleExtension({7, 7}, 2),
                   .words = ByLibrary<std::string>(kRefused, ""),
                   .staple = Bytes{2, 0, 0, 2, 7, 7}},
        CraftedRow{.name = "OctetsBehindTheResponse",
                   .extensions = TlsExtension(5, {1, 0, 0, 2, 7, 7, 9}),
                   .words = ByLibrary<std::string>(kRefused, ""),
                   .staple = Bytes{1, 0, 0, 2, 7, 7, 9}},
        CraftedRow{.name = "FourteenLargeStaples",
                   .extensions =
                       [] {
                         Bytes all;
                         for (int i = 0; i < 14; ++i) Append(all, StapleExtension(Bytes(4000, 7)));
                         return all;
                       }(),
                   .words = kRefused},
        // Nobody asked for signed certificate timestamps, nor for what has no name.
        CraftedRow{.name = "AnExtensionThatNobodyKnows",
                   .extensions = Joined(StapleExtension(kStaple), TlsExtension(0xFA00, {1})),
                   .words = ByLibrary<std::string>("", kRefused),
                   .staple = ByLibrary(std::optional(kStaple), {})},
        CraftedRow{.name = "OctetsBehindACertificate",
                   .words = kRefused,
                   .behind_intermediate = ToBytes("trailing")},
        CraftedRow{.name = "TwoKeyShares", .words = kRefused, .key_shares = 2},
        CraftedRow{.name = "AThousandKeyShares", .words = kRefused, .key_shares = 1000}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace stapling::testing
