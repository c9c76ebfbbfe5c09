#include "core/tls/repeated_extension.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace stapling {
namespace {

struct ListRow {
  std::string name;
  Bytes list;  // with its length
  bool repeats;
};
std::ostream& operator<<(std::ostream& out, const ListRow& row) { return out << row.name; }

class RepeatedExtensionTest : public ::testing::TestWithParam<ListRow> {};

// A session_id of one octet, and a context of none.
TEST_P(RepeatedExtensionTest, IsSeenInEachMessage) {
  const ListRow& row = GetParam();
  Bytes server_hello(2 + 32, 3);
  for (const std::uint8_t octet : Bytes{1, 9, 0x13, 0x01, 0}) server_hello.push_back(octet);
  server_hello.insert(server_hello.end(), row.list.begin(), row.list.end());
  Bytes request = {0};
  request.insert(request.end(), row.list.begin(), row.list.end());
  EXPECT_EQ(ServerHelloRepeatsAnExtension(server_hello), row.repeats);
  EXPECT_EQ(EncryptedExtensionsRepeatOne(row.list), row.repeats);
  EXPECT_EQ(CertificateRequestRepeatsAnExtension(request), row.repeats);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RepeatedExtensionTest,
    ::testing::Values(ListRow{"None", {0, 0}, false}, ListRow{"NoList", {}, false},
                      ListRow{"One", {0, 5, 0, 43, 0, 1, 7}, false},
                      ListRow{"Two", {0, 8, 0, 43, 0, 0, 0, 51, 0, 0}, false},
                      ListRow{"TwiceInARow", {0, 8, 0, 43, 0, 0, 0, 43, 0, 0}, true},
                      ListRow{
                          "TwiceApart", {0, 13, 1, 43, 0, 0, 0, 51, 0, 1, 8, 1, 43, 0, 0}, true},
                      ListRow{"AlikeInOneOctetAlone", {0, 8, 1, 43, 0, 0, 0, 43, 0, 0}, false},
                      ListRow{"TwiceAndCutOff", {0, 10, 0, 43, 0, 0, 0, 43, 0, 9, 1, 1}, false},
                      ListRow{"CutOff", {0, 9, 0, 43, 0, 0}, false}),
    [](const auto& row) { return row.param.name; });

TEST(RepeatedExtension, AHelloThatIsCutOffRepeatsNothing) {
  for (std::size_t size = 0; size < 39; ++size) {
    EXPECT_FALSE(ServerHelloRepeatsAnExtension(Bytes(size, 0))) << size;
  }
}

}  // namespace
}  // namespace stapling
