// Redirects: which are followed, as what, how often, and never to where one must not go.
#include <gtest/gtest.h>

#include <ostream>

#include "tests/core/http/loopback_fetch.h"
#include "tests/support/dns_server.h"
#include "tests/support/free_port.h"
#include "tests/support/http_peer.h"
#include "tests/support/rude_server.h"
#include "tests/support/socket.h"
#include "tests/support/standard_pki.h"
#include "tests/support/target_policy_of.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;

// Everything but /end is redirected there.
std::unique_ptr<HttpPeer> StartPeer(int status, const std::string& location = "/end",
                                    std::vector<Certificate> chain = {}) {
  const auto answer = [=](const HttpPeerRequest& request) -> HttpPeerAnswer {
    if (request.target == "/end") return {.body = "made it"};
    return {.status = status, .headers = {{"Location", location}, {"Set-Cookie", "a=b"}}};
  };
  return std::move(HttpPeer::Start({.answer = answer, .chain = std::move(chain)})).value();
}

struct MethodRow {
  std::string name;
  int status;
  std::string body;  // empty: a GET
  std::string words;
  std::string arrived = {};  // what the end saw; empty: it was not asked
};
std::ostream& operator<<(std::ostream& out, const MethodRow& row) { return out << row.name; }

class FetchRedirectTest : public ::testing::TestWithParam<MethodRow> {};

TEST_P(FetchRedirectTest, IsFollowedAsWhatItSays) {
  const auto peer = StartPeer(GetParam().status);
  const std::string url = peer->Url("/start");
  EXPECT_EQ(FetchWords(GetParam().body.empty() ? Get(url) : Post(url, GetParam().body)),
            GetParam().words);
  const auto requests = peer->Requests();
  ASSERT_EQ(requests.size(), GetParam().arrived.empty() ? 1U : 2U);
  if (GetParam().arrived.empty()) return;
  EXPECT_EQ(requests[1].method + " " + requests[1].target + " " + requests[1].body,
            GetParam().arrived);
  EXPECT_EQ(requests[1].Header("content-type"),
            requests[1].body.empty() ? "" : "application/ocsp-request");
  EXPECT_EQ(requests[1].Header("accept"), "application/ocsp-response");
  EXPECT_EQ(requests[1].headers.count("cookie"), 0U);
}

constexpr const char* kNoPost301 = "bad_redirect 301: it does not say that a POST may be repeated";
constexpr const char* kNoPost302 = "bad_redirect 302: it does not say that a POST may be repeated";

INSTANTIATE_TEST_SUITE_P(
    Table, FetchRedirectTest,
    ::testing::Values(MethodRow{"get_301", 301, "", "200: made it", "GET /end "},
                      MethodRow{"get_302", 302, "", "200: made it", "GET /end "},
                      MethodRow{"get_303", 303, "", "200: made it", "GET /end "},
                      MethodRow{"get_307", 307, "", "200: made it", "GET /end "},
                      MethodRow{"get_308", 308, "", "200: made it", "GET /end "},
                      MethodRow{"get_300", 300, "", "http_status 300: 300 Multiple Choice"},
                      MethodRow{"get_304", 304, "", "http_status 304: 304 Not Modified"},
                      MethodRow{"post_301", 301, "abc", kNoPost301},
                      MethodRow{"post_302", 302, "abc", kNoPost302},
                      MethodRow{"post_303", 303, "abc", "200: made it", "GET /end "},
                      MethodRow{"post_307", 307, "abc", "200: made it", "POST /end abc"},
                      MethodRow{"post_308", 308, "abc", "200: made it", "POST /end abc"}),
    [](const auto& row) { return row.param.name; });

struct PlaceRow {
  std::string name;
  std::string location;
  std::string words;
};
std::ostream& operator<<(std::ostream& out, const PlaceRow& row) { return out << row.name; }

class FetchRedirectPlaceTest : public ::testing::TestWithParam<PlaceRow> {};

TEST_P(FetchRedirectPlaceTest, IsLookedAt) {
  const auto peer = StartPeer(302, GetParam().location);
  EXPECT_EQ(FetchWords(Get(peer->Url("/a/start"))), GetParam().words);
}

constexpr const char* kScheme =
    "bad_redirect 302: the other place: it begins neither with http:// nor with https://";

INSTANTIATE_TEST_SUITE_P(
    Table, FetchRedirectPlaceTest,
    ::testing::Values(
        PlaceRow{"relative", "../end", "200: made it"},
        PlaceRow{"ftp", "ftp://127.0.0.1/end", kScheme},
        PlaceRow{"file", "file:///etc/passwd", kScheme},
        PlaceRow{"gopher", "gopher://127.0.0.1:25/x", kScheme},
        PlaceRow{"user", "http://u:p@127.0.0.1/end",
                 "bad_redirect 302: the other place: it holds a user name or a password"},
        PlaceRow{"space", "/the end",
                 "bad_redirect 302: the other place: it holds a space, a control or a non-ASCII "
                 "character"},
        PlaceRow{"metadata_service", "http://169.254.169.254/latest/meta-data/",
                 "denied 302: http://169.254.169.254/latest/meta-data/: the rule "
                 "\"169.254.0.0/16\" of targets.deny covers it"},
        PlaceRow{"mapped_metadata_service", "http://[::ffff:169.254.169.254]/",
                 "denied 302: http://[::ffff:169.254.169.254]/: the rule \"169.254.0.0/16\" of "
                 "targets.deny covers it"}),
    [](const auto& row) { return row.param.name; });

TEST(FetchRedirectsTest, WithoutAPlaceAreRefused) {
  const auto server = RudeServer::Start(PlainText("HTTP/1.1 302 Found\r\n\r\n")).value();
  EXPECT_EQ(FetchWords(Get("http://" + server->Target())),
            "bad_redirect 302: it names no other place");
}

TEST(FetchRedirectsTest, KeepPercentEncodings) {
  const auto peer = StartPeer(302, "/%2B+%41");
  EXPECT_EQ(FetchWords(Get(peer->Url("/start"))), "bad_redirect 302: more than 3");
  EXPECT_EQ(peer->Requests().at(1).target, "/%2B+%41");
}

TEST(FetchRedirectsTest, InALoopEnd) {
  const auto peer = StartPeer(302, "/start");
  EXPECT_EQ(FetchWords(Get(peer->Url("/start"))), "bad_redirect 302: more than 3");
  EXPECT_EQ(peer->Requests().size(), 4U);
}

TEST(FetchRedirectsTest, AreFollowedAsOftenAsTheSettingsSay) {
  const auto peer = StartPeer(302);
  FetchSettings settings = Settings();
  settings.max_redirects = 0;
  EXPECT_EQ(FetchWords(Get(peer->Url("/start")), settings), "bad_redirect 302: more than 0");
  EXPECT_EQ(FetchWords(Get(peer->Url("/end")), settings), "200: made it");
  settings.max_redirects = 1;
  EXPECT_EQ(FetchWords(Get(peer->Url("/start")), settings), "200: made it");
}

TEST(FetchRedirectsTest, IntoADeniedNetworkReachNobody) {
  const auto inside = RudeServer::Start(Silent(), "127.0.0.9").value();
  const auto dns = std::move(DnsServer::Start({.names = {{"inside.test", {"127.0.0.9"}}}})).value();
  FetchSettings settings = Settings();
  settings.policy = TargetPolicyOf({}, {"127.0.0.9"});
  settings.resolver.servers = "127.0.0.1:" + std::to_string(dns->port());
  const std::string denied = ": 127.0.0.9: the rule \"127.0.0.9\" of targets.deny covers it";

  const std::string by_name = "http://inside.test:" + std::to_string(inside->port()) + "/";
  EXPECT_EQ(FetchWords(Get(StartPeer(302, by_name)->Url("/start")), settings),
            "denied 302: " + by_name + denied);
  EXPECT_EQ(dns->QueriesFor("inside.test"), 1U);
  const std::string by_address = "http://" + inside->Target() + "/";
  EXPECT_EQ(FetchWords(Get(StartPeer(302, by_address)->Url("/start")), settings),
            "denied 302: " + by_address + ": the rule \"127.0.0.9\" of targets.deny covers it");
  EXPECT_EQ(inside->Accepted(), 0U);
}

TEST(FetchRedirectsTest, ToWhereNobodyListensSayWhere) {
  const std::string place = "http://127.0.0.1:" + std::to_string(FreePort()) + "/x";
  EXPECT_EQ(FetchWords(Get(StartPeer(302, place)->Url("/start"))),
            "refused 302: " + place + ": Connection refused");
}

TEST(FetchRedirectsTest, ShareOneDeadline) {
  const auto silent = RudeServer::Start(Silent()).value();
  const auto peer = StartPeer(302, "http://" + silent->Target() + "/");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(FetchWords(Get(peer->Url("/start")), Settings(), 300ms),
            "timeout 302: http://" + silent->Target() + "/: the peer did not say all");
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

class FetchRedirectTlsTest : public ::testing::Test {
 protected:
  FetchRedirectTlsTest() {
    settings_.trust_store =
        TrustStore::Load(directory_.Write("ca.pem", PemChain({pki_.root}))).value();
  }

  const StandardPki pki_{
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())};
  const TempDir directory_;
  FetchSettings settings_ = Settings();
};

TEST_F(FetchRedirectTlsTest, ToHttpsIsFollowed) {
  const auto secure = StartPeer(302, "/end", pki_.Chain(pki_.leaf));
  const auto peer = StartPeer(302, secure->Url("/start"));
  EXPECT_EQ(FetchWords(Get(peer->Url("/start")), settings_), "200: made it");
}

TEST_F(FetchRedirectTlsTest, FromHttpsToHttpIsNot) {
  const auto plain = StartPeer(302);
  const auto secure = StartPeer(302, plain->Url("/end"), pki_.Chain(pki_.leaf));
  EXPECT_EQ(FetchWords(Get(secure->Url("/start")), settings_),
            "bad_redirect 302: it leads from https to http");
  EXPECT_TRUE(plain->Requests().empty());
}

}  // namespace
}  // namespace stapling::testing
