#include "exporter/http/request_head.h"

#include <gtest/gtest.h>

namespace stapling::exporter {
namespace {

using namespace std::string_literals;

constexpr HeadLimits kLimits{
    .request_line_bytes = 100, .head_bytes = 300, .header_count = 5, .body_bytes = 64};

std::string Repeat(std::string_view text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

struct GoodCase {
  const char* name;
  std::string head;
  bool http_1_0 = false;
  bool keep_alive = true;
  bool expects_continue = false;
  std::size_t body_bytes = 0;
};

const GoodCase kGood[] = {
    {.name = "get", .head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {.name = "leading_empty_lines", .head = "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {.name = "close",
     .head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n",
     .keep_alive = false},
    {.name = "close_in_list",
     .head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: TE , close\r\n\r\n",
     .keep_alive = false},
    {.name = "close_as_part_of_a_word",
     .head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n"},
    {.name = "http_1_0", .head = "GET / HTTP/1.0\r\n\r\n", .http_1_0 = true, .keep_alive = false},
    {.name = "http_1_0_keep_alive",
     .head = "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
     .http_1_0 = true},
    {.name = "body",
     .head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 64\r\n\r\n",
     .body_bytes = 64},
    {.name = "same_length_twice",
     .head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\n",
     .body_bytes = 5},
    {.name = "expects_continue",
     .head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n",
     .expects_continue = true,
     .body_bytes = 5},
    {.name = "expects_continue_without_body",
     .head = "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n"},
    {.name = "http_1_0_expectation_ignored",
     .head = "GET / HTTP/1.0\r\nExpect: x\r\n\r\n",
     .http_1_0 = true,
     .keep_alive = false},
    {.name = "empty_header_value", .head = "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
    {.name = "bytes_above_ascii", .head = "GET /\xc3\xa9 HTTP/1.1\r\nHost: \xc3\xa9\r\n\r\n"},
    {.name = "as_many_headers_as_allowed",
     .head = "GET / HTTP/1.1\r\nHost: a\r\n" + Repeat("X: y\r\n", 4) + "\r\n"},
    {.name = "request_line_as_long_as_allowed",
     .head = "GET /" + std::string(86, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"},
    {.name = "head_as_long_as_allowed",
     .head = "GET / HTTP/1.1\r\nHost: " + std::string(274, 'a') + "\r\n\r\n"},
};

class GoodHead : public ::testing::TestWithParam<GoodCase> {};

TEST_P(GoodHead, IsTakenApart) {
  const GoodCase& row = GetParam();
  const HeadOutcome outcome = ParseRequestHead(row.head + "next", kLimits);
  const auto* complete = std::get_if<CompleteHead>(&outcome);
  ASSERT_NE(complete, nullptr);
  EXPECT_EQ(complete->consumed, row.head.size());
  EXPECT_EQ(complete->head.http_1_0, row.http_1_0);
  EXPECT_EQ(complete->head.keep_alive, row.keep_alive);
  EXPECT_EQ(complete->head.expects_continue, row.expects_continue);
  EXPECT_EQ(complete->head.body_bytes, row.body_bytes);
}

TEST_P(GoodHead, IsUnfinishedWithoutItsLastByte) {
  const std::string& head = GetParam().head;
  for (std::size_t size = 0; size < head.size(); ++size) {
    const HeadOutcome outcome = ParseRequestHead(std::string_view(head).substr(0, size), kLimits);
    EXPECT_TRUE(std::holds_alternative<NeedMore>(outcome)) << size;
  }
}

INSTANTIATE_TEST_SUITE_P(RequestHead, GoodHead, ::testing::ValuesIn(kGood),
                         [](const auto& row) { return std::string(row.param.name); });

struct BadCase {
  const char* name;
  std::string head;
  int status;
};

const BadCase kBad[] = {
    {.name = "noise", .head = "\x16\x03\x01", .status = 400},
    {.name = "space_first", .head = " GET / HTTP/1.1\r\n\r\n", .status = 400},
    {.name = "no_target", .head = "GET HTTP/1.1\r\nHost: a\r\n\r\n", .status = 400},
    {.name = "http_0_9", .head = "GET /\r\n\r\n", .status = 400},
    {.name = "space_in_target", .head = "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", .status = 400},
    {.name = "tab_in_target", .head = "GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n", .status = 400},
    {.name = "control_in_target", .head = "GET /a\x01 HTTP/1.1\r\nHost: a\r\n\r\n", .status = 400},
    {.name = "nul_in_target", .head = "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"s, .status = 400},
    {.name = "bad_escape", .head = "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", .status = 400},
    {.name = "connect", .head = "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", .status = 400},
    {.name = "method_not_a_token", .head = "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", .status = 400},
    {.name = "not_http", .head = "GET / SPDY/3\r\nHost: a\r\n\r\n", .status = 400},
    {.name = "http_2", .head = "PRI * HTTP/2.0\r\n\r\n", .status = 505},
    {.name = "http_1_2", .head = "GET / HTTP/1.2\r\nHost: a\r\n\r\n", .status = 505},
    {.name = "bare_line_feed", .head = "GET / HTTP/1.1\nHost: a\n\n", .status = 400},
    {.name = "bare_line_feed_in_headers",
     .head = "GET / HTTP/1.1\r\nA: b\nHost: a\r\n\r\n",
     .status = 400},
    {.name = "bare_carriage_return", .head = "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", .status = 400},
    {.name = "no_host", .head = "GET / HTTP/1.1\r\n\r\n", .status = 400},
    {.name = "two_hosts", .head = "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", .status = 400},
    {.name = "folded_header", .head = "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", .status = 400},
    {.name = "no_colon", .head = "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", .status = 400},
    {.name = "empty_header_name",
     .head = "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n",
     .status = 400},
    {.name = "space_before_colon", .head = "GET / HTTP/1.1\r\nHost : a\r\n\r\n", .status = 400},
    {.name = "nul_in_header", .head = "GET / HTTP/1.1\r\nHost: \0\r\n\r\n"s, .status = 400},
    {.name = "two_lengths",
     .head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
     .status = 400},
    {.name = "length_list",
     .head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
     .status = 400},
    {.name = "length_negative",
     .head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
     .status = 400},
    {.name = "length_plus",
     .head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
     .status = 400},
    {.name = "length_empty",
     .head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
     .status = 400},
    {.name = "length_hexadecimal",
     .head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
     .status = 400},
    {.name = "chunked",
     .head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
     .status = 411},
    {.name = "chunked_with_length",
     .head =
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
     .status = 400},
    {.name = "body_too_large",
     .head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65\r\n\r\n",
     .status = 413},
    {.name = "length_beyond_64_bits",
     .head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
     .status = 413},
    {.name = "long_request_line",
     .head = "GET /" + std::string(100, 'a') + " HTTP/1.1\r\n",
     .status = 414},
    {.name = "endless_request_line", .head = "GET /" + std::string(96, 'a'), .status = 414},
    {.name = "unknown_expectation",
     .head = "GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-maybe\r\n\r\n",
     .status = 417},
    {.name = "long_head",
     .head = "GET / HTTP/1.1\r\nHost: " + std::string(300, 'a') + "\r\n\r\n",
     .status = 431},
    {.name = "endless_header",
     .head = "GET / HTTP/1.1\r\nHost: " + std::string(278, 'a'),
     .status = 431},
    {.name = "too_many_headers",
     .head = "GET / HTTP/1.1\r\nHost: a\r\n" + Repeat("X: y\r\n", 5),
     .status = 431},
    {.name = "endless_empty_lines", .head = Repeat("\r\n", 150), .status = 431},
};

class BadHead : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadHead, IsRefused) {
  const HeadOutcome outcome = ParseRequestHead(GetParam().head, kLimits);
  const auto* refusal = std::get_if<Refusal>(&outcome);
  ASSERT_NE(refusal, nullptr);
  EXPECT_EQ(refusal->status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(RequestHead, BadHead, ::testing::ValuesIn(kBad),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(RequestHead, HandsOverWhatWasSent) {
  const HeadOutcome outcome = ParseRequestHead(
      "GET /p?a=%31 HTTP/1.1\r\nhost: h:1\r\nX-Two:  b c \t\r\nx-two: %41\r\n\r\n", kLimits);
  const auto* complete = std::get_if<CompleteHead>(&outcome);
  ASSERT_NE(complete, nullptr);
  const Request& request = complete->head.request;
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target, "/p?a=%31");
  EXPECT_EQ(request.path, "/p");
  EXPECT_EQ(request.QueryValues("a"), std::vector<std::string_view>{"1"});
  EXPECT_TRUE(request.QueryValues("b").empty());
  EXPECT_EQ(request.Header("X-TWO"), "b c");
  EXPECT_EQ(request.headers.back(), (std::pair<std::string, std::string>("x-two", "%41")));
  EXPECT_EQ(request.Header("X"), std::nullopt);
}

}  // namespace
}  // namespace stapling::exporter
