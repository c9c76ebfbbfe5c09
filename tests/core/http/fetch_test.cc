// Fetches: what is asked, and what comes back.
#include "core/http/fetch.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <ostream>
#include <set>

#include "tests/core/http/loopback_fetch.h"
#include "tests/support/free_port.h"
#include "tests/support/rude_server.h"
#include "tests/support/socket.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

std::set<std::string> NamesOf(const HttpPeerRequest& request) {
  std::set<std::string> names;
  for (const auto& [name, value] : request.headers) {
    // The server's own note.
    if (name != "remote_addr" && name != "remote_port" && name != "local_addr" &&
        name != "local_port") {
      names.insert(name);
    }
  }
  return names;
}

TEST(FetchTest, AGetSaysWhatItMust) {
  const auto peer = StartPeer();
  EXPECT_EQ(FetchWords(Get(peer->Url("/ocsp/MEow%2BSDBG%2F+==?a=b"))), "200: good");
  ASSERT_EQ(peer->Requests().size(), 1U);
  const HttpPeerRequest request = peer->Requests()[0];
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target, "/ocsp/MEow%2BSDBG%2F+==?a=b");
  EXPECT_EQ(request.Header("host"), "127.0.0.1:" + std::to_string(peer->port()));
  EXPECT_EQ(request.Header("accept"), "application/ocsp-response");
  EXPECT_EQ(request.Header("connection"), "close");
  EXPECT_TRUE(request.Header("user-agent").starts_with("ocsp_stapling_exporter/"));
  EXPECT_EQ(NamesOf(request),
            (std::set<std::string>{"accept", "connection", "host", "user-agent"}));
}

TEST(FetchTest, APostSaysWhatItMust) {
  const auto peer = StartPeer();
  EXPECT_EQ(FetchWords(Post(peer->Url("/"), "\x30\0\xFF\r\n\r\n"s)), "200: good");
  ASSERT_EQ(peer->Requests().size(), 1U);
  const HttpPeerRequest request = peer->Requests()[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.body, "\x30\0\xFF\r\n\r\n"s);
  EXPECT_EQ(request.Header("content-type"), "application/ocsp-request");
  EXPECT_EQ(NamesOf(request), (std::set<std::string>{"accept", "connection", "content-length",
                                                     "content-type", "host", "user-agent"}));
}

struct StatusRow {
  int status;
  std::string words;
};
std::ostream& operator<<(std::ostream& out, const StatusRow& row) { return out << row.status; }

class FetchStatusTest : public ::testing::TestWithParam<StatusRow> {};

TEST_P(FetchStatusTest, OtherThan200IsAFailureWithoutABody) {
  const auto peer = StartPeer({.status = GetParam().status, .body = "<html>"});
  EXPECT_EQ(FetchWords(Get(peer->Url("/"))), GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(
    Table, FetchStatusTest,
    ::testing::Values(StatusRow{201, "http_status 201: 201 Created"},
                      StatusRow{204, "http_status 204: 204 No Content"},
                      StatusRow{206, "http_status 206: 206 Partial Content"},
                      StatusRow{400, "http_status 400: 400 Bad Request"},
                      StatusRow{401, "http_status 401: 401 Unauthorized"},
                      StatusRow{404, "http_status 404: 404 Not Found"},
                      StatusRow{500, "http_status 500: 500 Internal Server Error"},
                      StatusRow{503, "http_status 503: 503 Service Unavailable"}),
    [](const auto& row) { return "status_" + std::to_string(row.param.status); });

TEST(FetchTest, WhatTheServerSaysIsCleaned) {
  const auto server = RudeServer::Start(PlainText("HTTP/1.1 404 Not\xFF Found\r\n\r\n")).value();
  EXPECT_EQ(FetchWords(Get("http://" + server->Target())),
            "http_status 404: 404 Not\xEF\xBF\xBD Found");
}

TEST(FetchTest, ABodyMayBeAsLargeAsTheSettingsSayAndNoLarger) {
  for (const bool chunked : {false, true}) {
    const std::string most(Settings().max_bytes, '\0');
    EXPECT_EQ(FetchWords(Get(StartPeer({.body = most, .chunked = chunked})->Url("/"))),
              "200: " + most);
    EXPECT_EQ(FetchWords(Get(StartPeer({.body = most + "x", .chunked = chunked})->Url("/"))),
              "body_too_large 200: more than 65536 octets");
  }
}

TEST(FetchTest, ALargeBodyIsTheSameAtBothEnds) {
  FetchSettings settings = Settings();
  settings.max_bytes = std::size_t{16} * 1024 * 1024;
  const Bytes noise = Noise(settings.max_bytes);
  for (const bool chunked : {false, true}) {
    const auto peer = StartPeer({.body = ToString(noise), .chunked = chunked});
    const FetchResult result = Fetch(Get(peer->Url("/")), settings, Deadline::After(60s));
    EXPECT_FALSE(result.failure) << result.failure->detail;
    EXPECT_TRUE(result.body == noise);
  }
}

TEST(FetchTest, WhereNobodyListensItIsRefused) {
  EXPECT_EQ(FetchWords(Get("http://127.0.0.1:" + std::to_string(FreePort()))),
            "refused -: Connection refused");
}

TEST(FetchTest, AConnectionThatIsNotAnsweredTimesOut) {
  const auto full = FullBacklog::Start().value();
  EXPECT_EQ(FetchWords(Get("http://" + full->Target()), Settings(), 300ms),
            "timeout -: no answer to the connection request");
}

TEST(FetchTest, AFailureIsOfThePhaseAskedFor) {
  FetchRequest request = Get("http://127.0.0.1:" + std::to_string(FreePort()));
  request.phase = Phase::kCrl;
  EXPECT_EQ(Fetch(request, Settings(), Deadline::After(10s)).failure->phase, Phase::kCrl);
}

TEST(FetchTest, ConnectsFromTheSourceAddress) {
  const Socket listener = ListenTcp("127.0.0.1", 0).value();
  FetchSettings settings = Settings();
  settings.source_ip_address = "127.0.0.9";
  FetchWords(Get("http://127.0.0.1:" + std::to_string(LocalPort(listener))), settings, 200ms);
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  const Socket accepted(accept(listener.get(), reinterpret_cast<sockaddr*>(&peer), &size));
  ASSERT_TRUE(accepted.valid());
  EXPECT_EQ(IpAddress::From(reinterpret_cast<sockaddr&>(peer)), IpAddress::Parse("127.0.0.9"));
}

}  // namespace
}  // namespace stapling::testing
