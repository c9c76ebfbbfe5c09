#include "core/http/response_head.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace stapling::testing {
namespace {

using namespace std::string_literals;

const auto kName = [](const auto& row) { return row.param.name; };

// "200 OK, length 5", "200, chunked", "404 Not Found, to the end"; else the error.
std::string Words(const std::string& text) {
  const auto head = ParseResponseHead(text);
  if (!head) return head.error();
  const std::string status =
      std::to_string(head->status) + (head->reason.empty() ? "" : " " + head->reason) + ", ";
  const auto framing = FramingOf(*head);
  if (!framing) return status + framing.error();
  if (framing->chunked) return status + "chunked";
  return status + (framing->length ? "length " + std::to_string(*framing->length) : "to the end"s);
}

struct Row {
  std::string name;
  std::string text;
  std::string words;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class ResponseHeadTest : public ::testing::TestWithParam<Row> {};

TEST_P(ResponseHeadTest, IsTakenApart) { EXPECT_EQ(Words(GetParam().text), GetParam().words); }

constexpr const char* kNotHttp = "it does not answer in HTTP/1";
constexpr const char* kControl = "its head holds a control character";
constexpr const char* kLine = "its head has a malformed line";
constexpr const char* kNoEnd = "its head has no end";

INSTANTIATE_TEST_SUITE_P(
    StatusLines, ResponseHeadTest,
    ::testing::Values(Row{"plain", "HTTP/1.1 200 OK\r\n\r\n", "200 OK, to the end"},
                      Row{"version_1_0", "HTTP/1.0 200 OK\r\n\r\n", "200 OK, to the end"},
                      Row{"no_reason", "HTTP/1.1 200 \r\n\r\n", "200, to the end"},
                      Row{"no_space", "HTTP/1.1 200\r\n\r\n", "200, to the end"},
                      Row{"words", "HTTP/1.1 404 Not \xFC Found\r\n\r\n",
                          "404 Not \xFC Found, to the end"},
                      Row{"lowest", "HTTP/1.1 100 C\r\n\r\n", "100 C, to the end"},
                      Row{"highest", "HTTP/1.1 599 x\r\n\r\n", "599 x, to the end"},
                      Row{"empty", "", kNoEnd}, Row{"no_line", "\r\n", kNotHttp},
                      Row{"empty_line", "\r\n\r\n", kNotHttp},
                      Row{"version_2", "HTTP/2 200 OK\r\n\r\n", kNotHttp},
                      Row{"version_2_0", "HTTP/2.0 200 OK\r\n\r\n", kNotHttp},
                      Row{"version_1", "HTTP/1 200 OK\r\n\r\n", kNotHttp},
                      Row{"lower_case", "http/1.1 200 OK\r\n\r\n", kNotHttp},
                      Row{"two_digits", "HTTP/1.1 20 OK\r\n\r\n", kNotHttp},
                      Row{"four_digits", "HTTP/1.1 2000 OK\r\n\r\n", kNotHttp},
                      Row{"below_100", "HTTP/1.1 099 OK\r\n\r\n", kNotHttp},
                      Row{"above_599", "HTTP/1.1 600 OK\r\n\r\n", kNotHttp},
                      Row{"sign", "HTTP/1.1 +20 OK\r\n\r\n", kNotHttp},
                      Row{"two_spaces", "HTTP/1.1  200 OK\r\n\r\n", kNotHttp},
                      Row{"ssh", "SSH-2.0-OpenSSH\r\n\r\n", kNotHttp},
                      Row{"bare_lf", "HTTP/1.1 200 OK\n\r\n\r\n", kControl},
                      Row{"nul", "HTTP/1.1 200 O\0K\r\n\r\n"s, kControl}),
    kName);

std::string With(const std::string& fields) { return "HTTP/1.1 200 OK\r\n" + fields + "\r\n"; }

INSTANTIATE_TEST_SUITE_P(
    Lines, ResponseHeadTest,
    ::testing::Values(Row{"others", With("A: b\r\nA:c\r\nB-1:\r\n"), "200 OK, to the end"},
                      Row{"space_around", With("Content-Length: \t 5 \t\r\n"), "200 OK, length 5"},
                      Row{"no_space_after_the_colon", With("Content-Length:5\r\n"),
                          "200 OK, length 5"},
                      Row{"any_case", With("cONTENT-lENGTH: 5\r\n"), "200 OK, length 5"},
                      Row{"space_before_the_colon", With("Content-Length : 5\r\n"), kLine},
                      Row{"folded", With("Content-Length:\r\n 5\r\n"), kLine},
                      Row{"no_colon", With("Content-Length\r\n"), kLine},
                      Row{"no_name", With(": 5\r\n"), kLine},
                      Row{"bare_cr", With("A: b\rContent-Length: 5\r\n"), kControl},
                      Row{"bare_lf_within", With("A: b\nContent-Length: 5\r\n"), kControl},
                      Row{"tab_in_a_value", With("A: b\tc\r\n"), "200 OK, to the end"},
                      Row{"escape_in_a_value", With("A: \x1b[31m\r\n"), kControl},
                      Row{"not_the_last_line", "HTTP/1.1 200 OK\r\n\r\nA: b\r\n", kLine},
                      Row{"no_empty_line", "HTTP/1.1 200 OK\r\nA: b\r\n", kNoEnd}),
    kName);

constexpr const char* kNumber = "200 OK, its Content-Length is not a number";
constexpr const char* kTransfer = "200 OK, its body has another transfer coding than chunked";
constexpr const char* kContent = "200 OK, its body has a content coding that was not asked for";

INSTANTIATE_TEST_SUITE_P(
    Framing, ResponseHeadTest,
    ::testing::Values(
        Row{"length_0", With("Content-Length: 0\r\n"), "200 OK, length 0"},
        Row{"length", With("Content-Length: 18446744073709551615\r\n"),
            "200 OK, length 18446744073709551615"},
        Row{"length_too_large", With("Content-Length: 18446744073709551616\r\n"), kNumber},
        Row{"length_word", With("Content-Length: abc\r\n"), kNumber},
        Row{"length_empty", With("Content-Length:\r\n"), kNumber},
        Row{"length_negative", With("Content-Length: -1\r\n"), kNumber},
        Row{"length_plus", With("Content-Length: +1\r\n"), kNumber},
        Row{"length_hexadecimal", With("Content-Length: 0x5\r\n"), kNumber},
        Row{"length_list", With("Content-Length: 5, 5\r\n"), kNumber},
        Row{"length_twice_the_same", With("Content-Length: 5\r\nContent-Length: 5\r\n"),
            "200 OK, length 5"},
        Row{"two_lengths", With("Content-Length: 5\r\nContent-Length: 6\r\n"),
            "200 OK, it has two lengths"},
        Row{"chunked", With("Transfer-Encoding: Chunked\r\n"), "200 OK, chunked"},
        Row{"chunked_with_a_length", With("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
            "200 OK, it is chunked and has a length, too"},
        Row{"transfer_gzip", With("Transfer-Encoding: gzip, chunked\r\n"), kTransfer},
        Row{"transfer_identity", With("Transfer-Encoding: identity\r\n"), kTransfer},
        Row{"transfer_in_two_lines",
            With("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n"), kTransfer},
        Row{"content_gzip", With("Content-Encoding: gzip\r\nContent-Length: 5\r\n"), kContent},
        Row{"content_identity", With("Content-Encoding: identity\r\nContent-Length: 5\r\n"),
            "200 OK, length 5"}),
    kName);

TEST(ResponseHeadFieldTest, OfEqualNamesTheFirst) {
  const auto head = ParseResponseHead("HTTP/1.1 302 F\r\nLocation: /%41+b \r\nlocation: c\r\n\r\n");
  ASSERT_TRUE(head.ok()) << head.error();
  EXPECT_EQ(head->Find("location"), "/%41+b");
  EXPECT_EQ(head->Find("age"), std::nullopt);
}

}  // namespace
}  // namespace stapling::testing
