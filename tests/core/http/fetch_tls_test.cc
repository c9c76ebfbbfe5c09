// Fetches over TLS: who is trusted, what a rude TLS server gets, and that nothing is left behind.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <thread>

#include "tests/core/http/loopback_fetch.h"
#include "tests/support/connect_relay.h"
#include "tests/support/crl.h"
#include "tests/support/free_port.h"
#include "tests/support/rude_server.h"
#include "tests/support/standard_pki.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;

class FetchTlsTest : public ::testing::Test {
 protected:
  static std::chrono::sys_seconds Today() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
  void Trust(const Certificate& certificate) {
    settings_.trust_store = TrustStore::Load(directory_.Write("ca.pem", certificate.Pem())).value();
  }
  [[nodiscard]] std::string Fetched(const std::string& host, std::uint16_t port,
                                    std::chrono::milliseconds patience = 20s) const {
    return FetchWords(Get("https://" + host + ":" + std::to_string(port) + "/"), settings_,
                      patience);
  }
  FetchTlsTest() { Trust(pki_.root); }

  const StandardPki pki_{Today()};
  const TempDir directory_;
  FetchSettings settings_ = Settings();
};

TEST_F(FetchTlsTest, OfATrustedServerIsGood) {
  const auto peer = StartPeer({.body = "good"}, pki_.Chain(pki_.leaf));
  EXPECT_EQ(Fetched("localhost", peer->port()), "200: good");
  EXPECT_EQ(Fetched("127.0.0.1", peer->port()), "200: good");
  const auto chunked =
      StartPeer({.body = std::string(50'000, 'x'), .chunked = true}, pki_.Chain(pki_.leaf));
  EXPECT_EQ(Fetched("localhost", chunked->port()), "200: " + std::string(50'000, 'x'));
}

TEST_F(FetchTlsTest, GoesThroughAProxy) {
  const auto peer = StartPeer({.body = "good"}, pki_.Chain(pki_.leaf));
  const ConnectRelay relay(peer->port());
  settings_.proxy = Proxy{ProxyKind::kHttp, "127.0.0.1", relay.port(), "", ""};
  EXPECT_EQ(Fetched("leaf.test", 443), "200: good");
  EXPECT_EQ(Fetched("other.test", 443),
            "tls_untrusted -: its certificate does not speak for other.test");
}

TEST_F(FetchTlsTest, OfAStrangerIsUntrustedAndAsksNothing) {
  const auto peer = StartPeer({.body = "good"}, pki_.Chain(pki_.leaf));
  Trust(pki_.stranger_root);
  EXPECT_EQ(Fetched("localhost", peer->port()),
            "tls_untrusted -: unable to get local issuer certificate");
  settings_.trust_store = nullptr;
  EXPECT_TRUE(Fetched("localhost", peer->port()).starts_with("tls_untrusted -: "));
  EXPECT_TRUE(peer->Requests().empty());
}

TEST_F(FetchTlsTest, OfAnotherHostIsUntrustedAndAsksNothing) {
  const Certificate other = IssueCertificate(
      {.subject = "localhost", .issuer = &pki_.root, .now = Today(), .dns_names = {"other.test"}});
  const auto peer = StartPeer({.body = "good"}, {other});
  EXPECT_EQ(Fetched("localhost", peer->port()),
            "tls_untrusted -: its certificate does not speak for localhost");
  EXPECT_EQ(Fetched("127.0.0.1", peer->port()),
            "tls_untrusted -: its certificate does not speak for 127.0.0.1");
  EXPECT_TRUE(peer->Requests().empty());
}

TEST_F(FetchTlsTest, OfAnExpiredCertificateIsUntrusted) {
  const Certificate expired = IssueCertificate({.subject = "localhost",
                                                .issuer = &pki_.root,
                                                .not_before = Today() - 48h,
                                                .not_after = Today() - 24h,
                                                .dns_names = {"localhost"}});
  const auto peer = StartPeer({.body = "good"}, {expired});
  EXPECT_EQ(Fetched("localhost", peer->port()), "tls_untrusted -: certificate has expired");
}

TEST_F(FetchTlsTest, OfACertificateThatOpensslWouldWriteOutAtAnyLengthIsUntrusted) {
  const Certificate costly = IssueCertificate({.subject = "localhost",
                                               .issuer = &pki_.root,
                                               .dns_names = {"localhost"},
                                               .extensions = {RelativePointsExtension(2)}});
  const auto peer = StartPeer({.body = "good"}, {costly});
  EXPECT_EQ(Fetched("localhost", peer->port()),
            "tls_untrusted -: invalid or inconsistent certificate extension");
  EXPECT_TRUE(peer->Requests().empty());
}

TEST_F(FetchTlsTest, SaysForWhomItCame) {
  const auto server = TlsServer::Start({.chain = pki_.Chain(pki_.leaf)}).value();
  EXPECT_TRUE(Fetched("localhost", server->port(), 300ms).starts_with("timeout -: "));
  EXPECT_TRUE(Fetched("127.0.0.1", server->port(), 300ms).starts_with("timeout -: "));
  const auto connections = server->Connections();
  ASSERT_EQ(connections.size(), 2U);
  EXPECT_EQ(connections[0].hello.server_name, "localhost");
  EXPECT_EQ(connections[1].hello.server_name, std::nullopt);
  EXPECT_TRUE(connections[0].client_certificates.empty());
}

TEST_F(FetchTlsTest, NeedsTls12) {
  const auto server = TlsServer::Start({.chain = pki_.Chain(pki_.leaf),
                                        .min_version = TlsVersion::k10,
                                        .max_version = TlsVersion::k11})
                          .value();
  EXPECT_TRUE(Fetched("localhost", server->port()).starts_with("no_shared_version -: "));
}

TEST_F(FetchTlsTest, OfAServerWithoutTlsSaysSo) {
  const auto server = RudeServer::Start(PlainText("HTTP/1.1 400 Bad Request\r\n\r\n")).value();
  EXPECT_TRUE(Fetched("127.0.0.1", server->port()).starts_with("not_tls -: "));
}

struct RudeTlsRow {
  std::string name;
  RudeBehaviour behaviour;
  std::vector<std::string> reasons;
};
std::ostream& operator<<(std::ostream& out, const RudeTlsRow& row) { return out << row.name; }

class FetchRudeTlsTest : public ::testing::TestWithParam<RudeTlsRow> {};

TEST_P(FetchRudeTlsTest, EndsInTime) {
  const auto server = RudeServer::Start(GetParam().behaviour).value();
  const auto start = std::chrono::steady_clock::now();
  const FetchResult result =
      Fetch(Get("https://" + server->Target()), Settings(), Deadline::After(500ms));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  ASSERT_TRUE(result.failure);
  const std::string reason(Describe(result.failure->reason).label);
  EXPECT_NE(std::ranges::find(GetParam().reasons, reason), GetParam().reasons.end()) << reason;
}

INSTANTIATE_TEST_SUITE_P(
    Table, FetchRudeTlsTest,
    ::testing::Values(RudeTlsRow{"silence", Silent(), {"timeout"}},
                      RudeTlsRow{"close", CloseAfterClientHello(), {"closed"}},
                      RudeTlsRow{"reset", ResetAfterClientHello(), {"reset"}},
                      RudeTlsRow{"alert", AlertAfterClientHello(40), {"alert"}},
                      RudeTlsRow{"garbage", EndlessGarbage(), {"not_tls"}},
                      RudeTlsRow{
                          "endless_handshake", EndlessHandshake(), {"timeout", "protocol_error"}}),
    [](const auto& row) { return row.param.name; });

// It would otherwise keep a processor busy up to the deadline.
TEST_F(FetchTlsTest, OfAServerThatShakesHandsForEverEndsLongBeforeItsDeadline) {
  const auto server = RudeServer::Start(EndlessHandshake()).value();
  const auto start = std::chrono::steady_clock::now();
  const std::string words = Fetched("127.0.0.1", server->port(), 60s);
  EXPECT_TRUE(words.starts_with("protocol_error -: ")) << words;
  EXPECT_LT(std::chrono::steady_clock::now() - start, 30s);
}

TEST_F(FetchTlsTest, ThatIsCutIsNotWhole) {
  const auto until_close = [](const HttpPeerRequest& /*request*/) {
    return HttpPeerAnswer{.body = std::string(20'000, 'x')};
  };
  const auto peer =
      std::move(HttpPeer::Start({.answer = until_close, .chain = pki_.Chain(pki_.leaf)})).value();
  const auto cut =
      RudeProxy::Start(
          {.upstream_port = peer->port(), .forward = 15'000, .afterwards = Afterwards::kClose})
          .value();
  EXPECT_TRUE(Fetched("localhost", cut->port()).starts_with("closed 200: "));
}

TEST_F(FetchTlsTest, SideBySideEachHasItsOwn) {
  const auto echo = [](const HttpPeerRequest& request) {
    return HttpPeerAnswer{.body = request.target};
  };
  const auto plain = std::move(HttpPeer::Start({.answer = echo})).value();
  const auto secure =
      std::move(HttpPeer::Start({.answer = echo, .chain = pki_.Chain(pki_.leaf)})).value();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const std::string path = "/" + std::to_string(i);
      EXPECT_EQ(FetchWords(Get((i % 2 == 0 ? plain : secure)->Url(path)), settings_),
                "200: " + path);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

std::size_t OpenDescriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

TEST_F(FetchTlsTest, LeavesNoDescriptorBehind) {
  const auto secure = StartPeer({.body = "good"}, pki_.Chain(pki_.leaf));
  const auto redirect = StartPeer({.status = 302, .headers = {{"Location", "/"}}});
  const auto silent = RudeServer::Start(Silent()).value();
  const auto garbage = RudeServer::Start(EndlessGarbage()).value();
  FetchSettings strangers = settings_;
  strangers.trust_store = nullptr;
  const std::size_t before = OpenDescriptors();
  for (int i = 0; i < 5; ++i) {
    FetchWords(Get(secure->Url("/")), settings_);
    FetchWords(Get(secure->Url("/")), strangers);
    FetchWords(Get(redirect->Url("/")));
    FetchWords(Get("http://127.0.0.1:" + std::to_string(FreePort())));
    for (const auto* server : {&silent, &garbage}) {
      FetchWords(Get("http://" + (*server)->Target()), Settings(), 50ms);
      FetchWords(Get("https://" + (*server)->Target()), Settings(), 50ms);
    }
  }
  // The servers close their ends in their own time.
  EXPECT_TRUE(WaitUntil([&] { return OpenDescriptors() <= before; })) << OpenDescriptors();
}

}  // namespace
}  // namespace stapling::testing
