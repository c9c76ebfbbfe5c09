// The messages are written out by hand, octet for octet.
#include "core/tls/certificate_message.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace stapling::testing {
namespace {

using Octets = std::vector<std::uint8_t>;

struct Entry {
  Octets certificate;
  std::optional<Octets> staple;
  friend bool operator==(const Entry&, const Entry&) = default;
};
std::ostream& operator<<(std::ostream& out, const Entry& entry) {
  return out << ::testing::PrintToString(entry.certificate) << " "
             << ::testing::PrintToString(entry.staple);
}

using Entries = std::vector<Entry>;

Octets Copied(BytesView view) { return {view.begin(), view.end()}; }

std::optional<Entries> Copied(const std::optional<std::vector<CertificateEntry>>& entries) {
  if (!entries) return std::nullopt;
  Entries copied;
  for (const CertificateEntry& entry : *entries) {
    copied.push_back({Copied(entry.certificate),
                      entry.staple ? std::optional(Copied(*entry.staple)) : std::nullopt});
  }
  return copied;
}

struct Row {
  std::string name;
  Octets body;
  std::optional<Entries> entries = {};  // absent: malformed
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

const auto kName = [](const auto& info) { return info.param.name; };

class CertificateTls12Test : public ::testing::TestWithParam<Row> {};
TEST_P(CertificateTls12Test, IsTakenApart) {
  EXPECT_EQ(Copied(ParseCertificateTls12(GetParam().body)), GetParam().entries);
}

INSTANTIATE_TEST_SUITE_P(
    Table, CertificateTls12Test,
    ::testing::Values(Row{"no_certificate", {0, 0, 0}, Entries{}},
                      Row{"one", {0, 0, 5, 0, 0, 2, 0xA1, 0xA2}, Entries{{{0xA1, 0xA2}, {}}}},
                      Row{"two",
                          {0, 0, 9, 0, 0, 2, 0xA1, 0xA2, 0, 0, 1, 0xB1},
                          Entries{{{0xA1, 0xA2}, {}}, {{0xB1}, {}}}},
                      Row{"empty_certificate", {0, 0, 3, 0, 0, 0}, Entries{{{}, {}}}},
                      Row{"empty_body", {}}, Row{"length_cut_short", {0, 0}},
                      Row{"list_length_one_too_large", {0, 0, 6, 0, 0, 2, 0xA1, 0xA2}},
                      Row{"list_length_one_too_small", {0, 0, 4, 0, 0, 2, 0xA1, 0xA2}},
                      Row{"certificate_length_one_too_large", {0, 0, 5, 0, 0, 3, 0xA1, 0xA2}},
                      Row{"certificate_length_one_too_small", {0, 0, 5, 0, 0, 1, 0xA1, 0xA2}},
                      Row{"trailing_octet", {0, 0, 5, 0, 0, 2, 0xA1, 0xA2, 0}},
                      Row{"largest_length", {0xFF, 0xFF, 0xFF, 0, 0, 2, 0xA1, 0xA2}}),
    kName);

class CertificateTls13Test : public ::testing::TestWithParam<Row> {};
TEST_P(CertificateTls13Test, IsTakenApart) {
  EXPECT_EQ(Copied(ParseCertificateTls13(GetParam().body)), GetParam().entries);
}

// A context, a list length, then for each certificate its length, its octets, and its extensions.
// status_request is type 5; its value is status type 1, a length of three octets, the response.
INSTANTIATE_TEST_SUITE_P(
    WellFormed, CertificateTls13Test,
    ::testing::Values(
        Row{"no_certificate", {0, 0, 0, 0}, Entries{}},
        Row{"no_extension", {0, 0, 0, 6, 0, 0, 1, 0xA1, 0, 0}, Entries{{{0xA1}, {}}}},
        Row{"context", {2, 7, 7, 0, 0, 6, 0, 0, 1, 0xA1, 0, 0}, Entries{{{0xA1}, {}}}},
        Row{"staple",
            {0, 0, 0, 16, 0, 0, 1, 0xA1, 0, 10, 0, 5, 0, 6, 1, 0, 0, 2, 0xC1, 0xC2},
            Entries{{{0xA1}, Octets{0xC1, 0xC2}}}},
        Row{"empty_staple",
            {0, 0, 0, 14, 0, 0, 1, 0xA1, 0, 8, 0, 5, 0, 4, 1, 0, 0, 0},
            Entries{{{0xA1}, Octets{}}}},
        Row{"staples_for_both",
            {0, 0, 0, 30,   0, 0, 1, 0xA1, 0, 9, 0, 5, 0, 5, 1,   0, 0, 1, 0xC1,  //
             0, 0, 1, 0xB1, 0, 9, 0, 5,    0, 5, 1, 0, 0, 1, 0xC2},
            Entries{{{0xA1}, Octets{0xC1}}, {{0xB1}, Octets{0xC2}}}},
        Row{"staple_for_the_second_alone",
            {0, 0, 0, 21,   0, 0, 1, 0xA1, 0, 0,  //
             0, 0, 1, 0xB1, 0, 9, 0, 5,    0, 5, 1, 0, 0, 1, 0xC2},
            Entries{{{0xA1}, {}}, {{0xB1}, Octets{0xC2}}}},
        Row{"unknown_extension",
            {0, 0, 0, 12, 0, 0, 1, 0xA1, 0, 6, 0xFF, 0x01, 0, 2, 9, 9},
            Entries{{{0xA1}, {}}}},
        Row{"scts_before_the_staple",
            {0, 0, 0, 20, 0, 0, 1, 0xA1, 0, 14, 0, 18, 0, 1, 9, 0, 5, 0, 5, 1, 0, 0, 1, 0xC1},
            Entries{{{0xA1}, Octets{0xC1}}}},
        Row{"unknown_extension_repeated",
            {0, 0, 0, 14, 0, 0, 1, 0xA1, 0, 8, 0xFF, 1, 0, 0, 0xFF, 1, 0, 0},
            Entries{{{0xA1}, {}}}}),
    kName);

// What stands in the extension is no OCSP status: all of it is handed on, to be judged malformed.
INSTANTIATE_TEST_SUITE_P(
    OddStatus, CertificateTls13Test,
    ::testing::Values(Row{"of_another_type",
                          {0, 0, 0, 15, 0, 0, 1, 0xA1, 0, 9, 0, 5, 0, 5, 2, 0, 0, 1, 0xC1},
                          Entries{{{0xA1}, Octets{2, 0, 0, 1, 0xC1}}}},
                      Row{"without_anything",
                          {0, 0, 0, 10, 0, 0, 1, 0xA1, 0, 4, 0, 5, 0, 0},
                          Entries{{{0xA1}, Octets{}}}},
                      Row{"response_length_one_too_large",
                          {0, 0, 0, 15, 0, 0, 1, 0xA1, 0, 9, 0, 5, 0, 5, 1, 0, 0, 2, 0xC1},
                          Entries{{{0xA1}, Octets{1, 0, 0, 2, 0xC1}}}},
                      Row{"response_length_one_too_small",
                          {0, 0, 0, 16, 0, 0, 1, 0xA1, 0, 10, 0, 5, 0, 6, 1, 0, 0, 1, 0xC1, 0xC2},
                          Entries{{{0xA1}, Octets{1, 0, 0, 1, 0xC1, 0xC2}}}}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Malformed, CertificateTls13Test,
    ::testing::Values(Row{"empty_body", {}}, Row{"context_cut_short", {2, 7}},
                      Row{"context_length_one_too_large", {1, 0, 0, 6, 0, 0, 1, 0xA1, 0, 0}},
                      Row{"context_length_one_too_small", {1, 7, 7, 0, 0, 6, 0, 0, 1, 0xA1, 0, 0}},
                      Row{"list_cut_short", {0, 0, 0}},
                      Row{"list_length_one_too_large", {0, 0, 0, 7, 0, 0, 1, 0xA1, 0, 0}},
                      Row{"list_length_one_too_small", {0, 0, 0, 5, 0, 0, 1, 0xA1, 0, 0}},
                      Row{"certificate_length_one_too_large", {0, 0, 0, 6, 0, 0, 2, 0xA1, 0, 0}},
                      Row{"certificate_length_one_too_small",
                          {0, 0, 0, 7, 0, 0, 1, 0xA1, 0xA2, 0, 0}},
                      Row{"no_extensions_field", {0, 0, 0, 4, 0, 0, 1, 0xA1}},
                      Row{"extensions_length_one_too_large",
                          {0, 0, 0, 15, 0, 0, 1, 0xA1, 0, 10, 0, 5, 0, 5, 1, 0, 0, 1, 0xC1}},
                      Row{"extensions_length_one_too_small",
                          {0, 0, 0, 15, 0, 0, 1, 0xA1, 0, 8, 0, 5, 0, 5, 1, 0, 0, 1, 0xC1}},
                      Row{"extension_length_one_too_large",
                          {0, 0, 0, 15, 0, 0, 1, 0xA1, 0, 9, 0, 5, 0, 6, 1, 0, 0, 1, 0xC1}},
                      Row{"extension_length_one_too_small",
                          {0, 0, 0, 15, 0, 0, 1, 0xA1, 0, 9, 0, 5, 0, 4, 1, 0, 0, 1, 0xC1}},
                      Row{"extension_type_alone", {0, 0, 0, 8, 0, 0, 1, 0xA1, 0, 2, 0, 5}},
                      Row{"status_request_repeated",
                          {0, 0, 0, 24, 0, 0, 1, 0xA1, 0,   18, 0, 5, 0, 5, 1, 0, 0, 1, 0xC1,  //
                           0, 5, 0, 5,  1, 0, 0, 1,    0xC1}},
                      Row{"trailing_octet", {0, 0, 0, 6, 0, 0, 1, 0xA1, 0, 0, 0}}),
    kName);

struct StatusRow {
  std::string name;
  Octets body;
  std::optional<Octets> response = {};
};
std::ostream& operator<<(std::ostream& out, const StatusRow& row) { return out << row.name; }

class CertificateStatusTest : public ::testing::TestWithParam<StatusRow> {};
TEST_P(CertificateStatusTest, GivesTheResponse) {
  const auto response = ParseCertificateStatus(GetParam().body);
  ASSERT_EQ(response.has_value(), GetParam().response.has_value());
  if (response) {
    EXPECT_EQ(Copied(*response), *GetParam().response);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, CertificateStatusTest,
    ::testing::Values(StatusRow{"ocsp", {1, 0, 0, 2, 0xC1, 0xC2}, Octets{0xC1, 0xC2}},
                      StatusRow{"empty_response", {1, 0, 0, 0}, Octets{}},
                      StatusRow{"empty_body", {}}, StatusRow{"type_alone", {1}},
                      StatusRow{"ocsp_multi", {2, 0, 0, 2, 0xC1, 0xC2}},
                      StatusRow{"type_0", {0, 0, 0, 2, 0xC1, 0xC2}},
                      StatusRow{"length_cut_short", {1, 0, 0}},
                      StatusRow{"length_one_too_large", {1, 0, 0, 3, 0xC1, 0xC2}},
                      StatusRow{"length_one_too_small", {1, 0, 0, 1, 0xC1, 0xC2}},
                      StatusRow{"trailing_octet", {1, 0, 0, 0, 0}}),
    kName);

// Every prefix of a good message is malformed, and none is read beyond its end.
TEST(CertificatePrefixTest, NoPrefixIsWellFormed) {
  const Octets whole{0, 0, 0, 15, 0, 0, 1, 0xA1, 0, 9, 0, 5, 0, 5, 1, 0, 0, 1, 0xC1};
  ASSERT_TRUE(ParseCertificateTls13(whole).has_value());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Octets prefix(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(ParseCertificateTls13(prefix).has_value()) << size;
  }
}

}  // namespace
}  // namespace stapling::testing
