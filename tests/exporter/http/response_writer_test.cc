#include "exporter/http/response_writer.h"

#include <gtest/gtest.h>

namespace stapling::exporter {
namespace {

struct FormCase {
  const char* name;
  Response response;
  ResponseContext context = {};
  std::vector<std::string> present;
  std::vector<std::string> absent = {};
};

const FormCase kForms[] = {
    {.name = "plain",
     .response = TextResponse(200, "hello"),
     .present = {"HTTP/1.1 200 OK\r\n", "Content-Length: 6\r\n",
                 "Content-Type: text/plain; charset=utf-8\r\n", "Keep-Alive: timeout=300",
                 "\r\n\r\nhello\n", "\r\nDate: "},
     .absent = {"Connection: close", "Content-Encoding"}},
    {.name = "close",
     .response = TextResponse(200, "hello"),
     .context = {.keep_alive = false},
     .present = {"Connection: close\r\n", "\r\n\r\nhello\n"},
     .absent = {"Keep-Alive"}},
    {.name = "keep_alive_for_http_1_0",
     .response = TextResponse(200, "hello"),
     .context = {.http_1_0 = true},
     .present = {"Connection: keep-alive\r\n"}},
    {.name = "head_has_length_but_no_body",
     .response = TextResponse(200, "hello"),
     .context = {.head_request = true},
     .present = {"Content-Length: 6\r\n", "Accept-Ranges: none\r\n"},
     .absent = {"hello"}},
    {.name = "empty_body", .response = {.status = 200}, .present = {"Content-Length: 0\r\n"}},
    {.name = "status_431",
     .response = TextResponse(431, "x"),
     .present = {"HTTP/1.1 431 Request Header Fields Too Large\r\n"}},
    {.name = "status_503",
     .response = TextResponse(503, "x"),
     .present = {"HTTP/1.1 503 Service Unavailable\r\n"}},
    {.name = "header",
     .response = {.headers = {{"Retry-After", "1"}}},
     .present = {"Retry-After: 1\r\n"}},
    {.name = "forged_header_is_dropped",
     .response = {.headers = {{"X-Echo", "a\r\nSet-Cookie: b=c"}}},
     .present = {},
     .absent = {"Set-Cookie", "X-Echo"}},
    {.name = "forged_content_type_is_dropped",
     .response = {.content_type = "text/plain\r\nSet-Cookie: b=c", .body = "x"},
     .present = {},
     .absent = {"Set-Cookie"}},
    {.name = "default_header", .response = {}, .present = {"X-Frame-Options: deny\r\n"}},
    {.name = "default_header_gives_way",
     .response = {.headers = {{"x-frame-options", "sameorigin"}}},
     .present = {"x-frame-options: sameorigin\r\n"},
     .absent = {"deny"}},
    {.name = "not_compressed_by_default",
     .response = TextResponse(200, "hello"),
     .context = {.accepts_gzip = true},
     .present = {"\r\n\r\nhello\n"},
     .absent = {"Content-Encoding"}},
};

class ResponseForm : public ::testing::TestWithParam<FormCase> {};

TEST_P(ResponseForm, HoldsWhatItShould) {
  const ResponseWriter writer({{"X-Frame-Options", "deny"}}, false, std::chrono::seconds(300));
  const std::string bytes = writer.Write(GetParam().response, GetParam().context);
  for (const std::string& text : GetParam().present) {
    EXPECT_NE(bytes.find(text), std::string::npos) << text << " is missing in:\n" << bytes;
  }
  for (const std::string& text : GetParam().absent) {
    EXPECT_EQ(bytes.find(text), std::string::npos) << text << " is present in:\n" << bytes;
  }
}

INSTANTIATE_TEST_SUITE_P(ResponseWriter, ResponseForm, ::testing::ValuesIn(kForms),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ResponseWriter, CompressesWhenToldToAndAskedTo) {
  const ResponseWriter writer({}, true, std::chrono::seconds(300));
  const Response response = TextResponse(200, std::string(10000, 'a'));
  const std::string compressed = writer.Write(response, {.accepts_gzip = true});
  EXPECT_NE(compressed.find("Content-Encoding: gzip\r\n"), std::string::npos);
  EXPECT_LT(compressed.size(), 1000U);
  const std::string plain = writer.Write(response, {.accepts_gzip = false});
  EXPECT_EQ(plain.find("Content-Encoding"), std::string::npos);
  EXPECT_GT(plain.size(), 10000U);
}

TEST(HttpDate, IsAnImfFixdate) {
  EXPECT_EQ(HttpDate(std::chrono::system_clock::from_time_t(784111777)),
            "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace stapling::exporter
