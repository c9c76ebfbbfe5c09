// What an HTTP server must not do to a fetch: every one ends in time, with its reason, in bounded
// memory, and a broken body is never taken for a whole one.
#include <gtest/gtest.h>
#include <unistd.h>

#include <ostream>
#include <regex>
#include <sstream>

#include "tests/core/http/loopback_fetch.h"
#include "tests/support/process_usage.h"
#include "tests/support/rude_server.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr const char* kChunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string Fetched(const RudeServer& server, std::chrono::milliseconds patience = 20s) {
  return FetchWords(Get("http://" + server.Target() + "/"), Settings(), patience);
}

std::string FetchedFrom(RudeBehaviour behaviour, std::chrono::milliseconds patience = 20s) {
  return Fetched(*RudeServer::Start(std::move(behaviour)).value(), patience);
}

std::string Head(const std::string& fields) { return "HTTP/1.1 200 OK\r\n" + fields + "\r\n"; }

struct Row {
  std::string name;
  RudeBehaviour behaviour;
  std::string words;  // a regular expression
  std::chrono::milliseconds patience = 20s;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class RudeFetchTest : public ::testing::TestWithParam<Row> {};

TEST_P(RudeFetchTest, EndsInTimeWithItsReasonAndLittleMemory) {
  const auto server = RudeServer::Start(GetParam().behaviour).value();
  ForgetPeak(getpid());
  const std::size_t before = UsageOf(getpid()).resident_bytes;
  const auto start = Clock::now();
  const std::string words = Fetched(*server, GetParam().patience);
  EXPECT_LT(Clock::now() - start, GetParam().patience + 5s);
  EXPECT_TRUE(std::regex_match(words, std::regex(GetParam().words))) << words;
  EXPECT_LT(UsageOf(getpid()).peak_bytes, before + (std::size_t{16} << 20U));
}

RudeBehaviour Says(const std::string& text, Afterwards afterwards = Afterwards::kHold) {
  return PlainText(text, afterwards);
}

RudeBehaviour Dribbles(const std::string& text) {
  return {.say = ToBytes(text), .gap = 2ms, .afterwards = Afterwards::kRepeat};
}

// A head that, said again and again, is an endless chunked body: each chunk is the next head.
std::string ChunksWithoutEnd() {
  std::ostringstream size;
  size << std::hex << std::string(kChunkedHead).size() - 2 << "\r\n";
  return kChunkedHead + size.str();
}

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

constexpr auto kClose = Afterwards::kClose;
constexpr auto kRepeat = Afterwards::kRepeat;
constexpr const char* kHeadTooLarge = "protocol_error -: its head is larger than 64 KiB";
constexpr const char* kNotHttp = "protocol_error -: it does not answer in HTTP/1";
constexpr const char* kBodyTooLarge = "body_too_large 200: more than 65536 octets";
constexpr const char* kNotWhole = "closed 200: it closed the connection within the body";
constexpr const char* kNotFramed = "protocol_error 200: its body is not well framed";

const auto kName = [](const auto& row) { return row.param.name; };

INSTANTIATE_TEST_SUITE_P(
    BeforeTheBody, RudeFetchTest,
    ::testing::Values(
        Row{"silence", Silent(), "timeout -: the peer did not say all", 200ms},
        Row{"close", CloseAfterAccept(), "closed -: it closed the connection before it answered"},
        Row{"reset", ResetAfterAccept(), "(reset|closed) -: .*"},
        Row{"close_in_the_head", Says("HTTP/1.1 200 OK\r\n", kClose),
            "closed -: it closed the connection before it answered"},
        Row{"silence_in_the_head", Says("HTTP/1.1 200 OK\r\n"), "timeout -: .*", 200ms},
        Row{"octet_by_octet", Dribbles("HTTP/1.1 200 OK\r\n"), "timeout -: .*", 300ms},
        Row{"garbage", EndlessGarbage(), kNotHttp}, Row{"ssh", Says("SSH-2.0-x\r\n"), kNotHttp},
        Row{"tls", Says("\x16\x03\x03"), kNotHttp},
        Row{"version_2", Says("HTTP/2 200 OK\r\n\r\n"), kNotHttp},
        Row{"endless_status_line", Says("HTTP/1.1 200 " + std::string(1000, 'x'), kRepeat),
            kHeadTooLarge},
        Row{"endless_head", Says("HTTP/1.1 200 OK\r\nA: b\r\n", kRepeat), kHeadTooLarge},
        Row{"many_headers", Says(Head(Repeated("Name: value\r\n", 10'000))), kHeadTooLarge},
        Row{"endless_100_continue", Says("HTTP/1.1 100 Continue\r\n\r\n", kRepeat), kHeadTooLarge},
        Row{"length_word", Says(Head("Content-Length: five\r\n") + "hello", kClose),
            "protocol_error 200: its Content-Length is not a number"},
        Row{"gzip", Says(Head("Content-Encoding: gzip\r\nContent-Length: 5\r\n") + "hello"),
            "protocol_error 200: its body has a content coding that was not asked for"},
        Row{"another_status_with_an_endless_body",
            Says("HTTP/1.1 404 Not \x1b Found\r\n\r\n", kRepeat),
            "protocol_error -: its head holds a control character"},
        Row{"not_found_with_an_endless_body", Says("HTTP/1.1 404 Not Found\r\n\r\n", kRepeat),
            "http_status 404: 404 Not Found"},
        Row{"redirect_with_an_endless_body",
            Says("HTTP/1.1 302 Found\r\nLocation: ftp://a.test/\r\n\r\n", kRepeat),
            "bad_redirect 302: .*"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    InTheBody, RudeFetchTest,
    ::testing::Values(
        Row{"silence_with_a_length", Says(Head("Content-Length: 6\r\n") + "hello"),
            "timeout 200: the peer did not say all", 200ms},
        Row{"silence_without_a_length", Says(Head("") + "hello"), "timeout 200: .*", 200ms},
        Row{"silence_after_a_chunk", Says(std::string(kChunkedHead) + "5\r\nhello\r\n"),
            "timeout 200: .*", 200ms},
        Row{"octet_by_octet_with_a_length",
            {.say = ToBytes(Head("Content-Length: 60000\r\n") + std::string(60000, 'x')),
             .gap = 1ms},
            "timeout 200: .*",
            500ms},
        Row{"shorter_than_its_length", Says(Head("Content-Length: 6\r\n") + "hello", kClose),
            kNotWhole},
        Row{"reset_in_the_body", Says(Head("Content-Length: 6\r\n") + "hello", Afterwards::kReset),
            "(reset|closed) (200|-): .*"},
        Row{"larger_than_it_may_be",
            Says(Head("Content-Length: 104857600\r\n") + std::string(1000, 'x'), kRepeat),
            kBodyTooLarge},
        Row{"length_beyond_any", Says(Head("Content-Length: 18446744073709551615\r\n")),
            kBodyTooLarge},
        Row{"without_end", Says(Head("") + std::string(60'000, 'x'), kRepeat), kBodyTooLarge},
        Row{"chunks_without_end", Says(ChunksWithoutEnd(), kRepeat), kBodyTooLarge},
        Row{"chunk_beyond_any",
            Says(std::string(kChunkedHead) + "fffffffffffffff0\r\nhello", kClose), kNotWhole},
        Row{"chunk_extension_without_end",
            Says(std::string(kChunkedHead) + "5;" + std::string(300'000, 'x')),
            "protocol_error 200: it talks without end"},
        Row{"chunk_size_without_end", Says(std::string(kChunkedHead) + std::string(300'000, '0')),
            "protocol_error 200: it talks without end"},
        Row{"chunk_size_word", Says(std::string(kChunkedHead) + "word\r\nhello\r\n0\r\n\r\n"),
            kNotFramed},
        Row{"chunk_without_its_end", Says(std::string(kChunkedHead) + "5\r\nhelloXX\r\n0\r\n\r\n"),
            kNotFramed},
        Row{"trailers_without_end",
            Says(std::string(kChunkedHead) + "0\r\n" + Repeated("A: b\r\n", 100'000)), kNotFramed}),
    kName);

// What looks odd and is not.
INSTANTIATE_TEST_SUITE_P(
    Whole, RudeFetchTest,
    ::testing::Values(
        Row{"length", Says(Head("Content-Length: 5\r\n") + "hello"), "200: hello"},
        Row{"length_0", Says(Head("Content-Length: 0\r\n")), "200: "},
        Row{"more_than_its_length", Says(Head("Content-Length: 5\r\n") + "hello, world"),
            "200: hello"},
        Row{"until_the_end", Says(Head("") + "hello", kClose), "200: hello"},
        Row{"version_1_0", Says("HTTP/1.0 200 OK\r\n\r\nhello", kClose), "200: hello"},
        Row{"chunks", Says(std::string(kChunkedHead) + "3\r\nhel\r\n2;a=b\r\nlo\r\n0\r\n\r\n"),
            "200: hello"},
        Row{"after_100_continue",
            Says("HTTP/1.1 100 Continue\r\nA: b\r\n\r\nHTTP/1.1 103 Early\r\n\r\n" +
                 Head("Content-Length: 5\r\n") + "hello"),
            "200: hello"},
        Row{"status_line_of_60_kb",
            Says("HTTP/1.1 200 " + std::string(60'000, 'x') + "\r\nContent-Length: 5\r\n\r\nhello"),
            "200: hello"},
        Row{"ten_thousand_headers",
            Says(Head(Repeated("a:b\r\n", 10'000) + "Content-Length: 5\r\n") + "hello"),
            "200: hello"}),
    kName);

TEST(CutFetchTest, ABodyThatEndsEarlyIsNeverWhole) {
  for (const std::string& body :
       {Head("Content-Length: 10\r\n") + "helloworld",
        kChunkedHead + std::string("5\r\nhello\r\n05\r\nworld\r\n0\r\n\r\n")}) {
    for (std::size_t size = 0; size < body.size(); ++size) {
      const std::string words = FetchedFrom(Says(body.substr(0, size), kClose));
      EXPECT_TRUE(words.starts_with("closed ")) << body.substr(0, size) << " gave " << words;
    }
    EXPECT_EQ(FetchedFrom(Says(body, kClose)), "200: helloworld");
  }
}

TEST(CutFetchTest, OctetByOctetIsNoHarm) {
  for (const std::string& body : {Head("Content-Length: 5\r\n") + "hello",
                                  kChunkedHead + std::string("5\r\nhello\r\n0\r\n\r\n")}) {
    EXPECT_EQ(FetchedFrom({.say = ToBytes(body), .gap = 1ms}), "200: hello");
  }
}

}  // namespace
}  // namespace stapling::testing
