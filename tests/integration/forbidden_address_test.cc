// Addresses that the rules forbid, however they are written, whatever leads to them: nobody there
// is ever connected to. In a network of its own, so that every name is answered by the test.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/integration/ordeal.h"
#include "tests/integration/real_server.h"
#include "tests/integration/scrape.h"
#include "tests/support/connect_relay.h"
#include "tests/support/dns_server.h"
#include "tests/support/http_peer.h"
#include "tests/support/private_network.h"
#include "tests/support/rude_server.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {
namespace {

// Denied; a server of ours is there on every port that the test names.
constexpr const char* kInside = "127.0.0.9";
constexpr const char* kDenied = "ocsp_stapling_exporter_probes_rejected_total{reason=\"denied\"}";

class ForbiddenAddressTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto name_server = EnterPrivateNetwork();
    ASSERT_TRUE(name_server) << name_server.error();
    auto dns = DnsServer::Start({.address = *name_server,
                                 .port = 53,
                                 .names = {{"rebinding.test", {"127.0.0.1"}},
                                           {"outside.test", {"127.0.0.1"}},
                                           {"inside.test", {kInside}},
                                           {"mapped.test", {std::string("::ffff:") + kInside}},
                                           {"nat64.test", {"64:ff9b::7f00:9"}},
                                           {"nowhere.test", {"0.0.0.0"}},
                                           {"metadata.test", {"169.254.169.254"}},
                                           {"both.test", {kInside, "127.0.0.1"}}}});
    ASSERT_TRUE(dns) << dns.error();
    dns_ = std::move(dns).value();
    auto inside = RudeServer::Start(Silent(), kInside);
    ASSERT_TRUE(inside) << inside.error();
    inside_ = std::move(inside).value();
  }

  // On the port of the forbidden one, at 127.0.0.1.
  void ServeOutside(const std::vector<std::string>& responders,
                    const std::vector<std::string>& crls) {
    leaf_ = IssueCertificate({.subject = "leaf",
                              .issuer = &site_.pki.intermediate,
                              .dns_names = {"leaf.test"},
                              .responder_urls = responders,
                              .crl_urls = crls});
    auto server = TlsServer::Start(
        {.port = inside_->port(),
         .chain = site_.pki.Chain(leaf_),
         .staples = {BuildOcspResponse(GoodResponse(leaf_, site_.pki.intermediate, site_.now))}});
    ASSERT_TRUE(server) << server.error();
    outside_ = std::move(server).value();
  }

  void StartExporter(const std::string& more = {}, const std::string& deny = kInside) {
    auto exporter = Exporter::Start(ModuleTrusting(site_.CaFile(), more) + "targets: {deny: [" +
                                    deny + ", 169.254.0.0/16]}\n");
    ASSERT_TRUE(exporter) << exporter.error();
    exporter_ = std::move(exporter).value();
  }

  [[nodiscard]] HttpResponse Probe(const std::string& host, const std::string& module = {}) const {
    return exporter_->Probe({.target = host + ":" + std::to_string(inside_->port()),
                             .module = module,
                             .hostname = "leaf.test",
                             .timeout_header = "5"});
  }
  void ExpectCaDenied(const std::string& url);

  [[nodiscard]] std::string Url(const std::string& host, const std::string& path = "/") const {
    return "http://" + host + ":" + std::to_string(inside_->port()) + path;
  }

  const Site site_;
  std::unique_ptr<DnsServer> dns_;
  std::unique_ptr<RudeServer> inside_;
  Certificate leaf_;
  std::unique_ptr<TlsServer> outside_;
  std::unique_ptr<Exporter> exporter_;
};

// A certificate that names this place for its responder and its CRL.
void ForbiddenAddressTest::ExpectCaDenied(const std::string& url) {
  SCOPED_TRACE(url);
  ServeOutside({url}, {url});
  const std::string page = Probe("127.0.0.1").body;
  const Samples samples(page);
  EXPECT_EQ(samples.Value("probe_success"), 1) << page;
  const std::string labels = "{depth=\"0\",url=\"" + url + "\"";
  for (const std::string scheme : {"ocsp_responder", "ocsp_crl"}) {
    EXPECT_EQ(samples.Value(scheme + "_up" + labels + "}"), 0) << page;
    EXPECT_EQ(samples.Value(scheme + "_failure_info" + labels + ",reason=\"denied\"}"), 1) << page;
  }
  outside_.reset();
}

struct Spelling {
  const char* name;
  std::string host;
  int status;
  std::string failure = {};  // where a probe was made
};

TEST_F(ForbiddenAddressTest, IsForbiddenHoweverItIsWritten) {
  StartExporter({}, "127.0.0.0/8");
  const std::string not_found = "resolve/not_found";
  const std::string denied = "resolve/denied";
  const Spelling rows[] = {
      {"as_it_is", kInside, 403},
      {"mapped", "[::ffff:127.0.0.9]", 403},
      {"mapped_in_hexadecimal", "[::FFFF:7F00:9]", 403},
      {"mapped_in_full", "[0:0:0:0:0:ffff:127.0.0.9]", 403},
      {"nat64", "[64:ff9b::127.0.0.9]", 403},
      {"nat64_in_hexadecimal", "[64:FF9B:0:0:0:0:7f00:9]", 403},
      {"unspecified", "0.0.0.0", 403},
      {"unspecified_mapped", "[::ffff:0.0.0.0]", 403},
      {"trailing_dot", "127.0.0.9.", 400},
      {"three_parts", "127.0.9", 400},
      {"one_part", "2130706441", 400},
      {"leading_zeroes", "127.0.0.09", 400},
      {"octal", "0177.0.0.011", 400},
      {"octal_one_part", "017700000011", 400},
      {"five_parts", "127.0.0.9.1", 400},
      {"percent_encoded", "127%2E0.0.9", 400},
      {"with_a_zone", "[fe80::1%25lo]", 400},
      {"with_a_user", "https://leaf.test@127.0.0.9", 400},
      {"full_width_digits", "\uFF11\uFF12\uFF17.0.0.9", 400},
      {"ideographic_dot", "127\u30020\u30020\u30029", 400},
      // To DNS these are names, and nobody has them.
      {"hexadecimal", "0x7f.0.0.0x9", 200, not_found},
      {"hexadecimal_one_part", "0x7f000009", 200, not_found},
      {"hexadecimal_in_capitals", "0X7F000009", 200, not_found},
      {"name", "inside.test", 200, denied},
      {"name_in_capitals", "INSIDE.Test", 200, denied},
      {"name_with_a_dot", "inside.test.", 200, denied},
      {"name_of_a_mapped_address", "mapped.test", 200, denied},
      {"name_of_the_unspecified_address", "nowhere.test", 200, denied},
      {"name_of_nat64", "nat64.test", 200, denied},
      {"name_of_a_metadata_service", "metadata.test", 200, denied},
      {"localhost", "localhost", 200, denied},
      {"below_localhost", "inside.localhost.", 200, denied},
  };
  Ordeal ordeal("spellings of an address", *exporter_);
  for (const Spelling& row : rows) {
    ordeal.Try(row.name, [&] {
      const HttpResponse page = Probe(row.host);
      EXPECT_EQ(page.status, row.status) << row.name << ": " << page.body;
      if (row.status == 200) {
        EXPECT_EQ(FailureOf(Samples(page.body)), row.failure) << row.name << ": " << page.body;
      }
    });
  }
  EXPECT_TRUE(ordeal.AllSurvived());
  EXPECT_EQ(inside_->Accepted(), 0U);
  EXPECT_GT(Samples(exporter_->Metrics()).Value(kDenied), 0);
}

struct Rebinding {
  const char* name;
  std::vector<std::vector<std::string>> turns;  // of the name's answers, round and round
  std::vector<std::string> outcomes;            // of one probe after the other
  std::string module = {};
};

// A name that leads outside at one query and inside at the next: what was judged is what is
// connected to.
TEST_F(ForbiddenAddressTest, IsNotReachedByANameThatTurnsThere) {
  ServeOutside({}, {});
  const std::string outside = "127.0.0.1";
  const std::string mapped = "::ffff:127.0.0.9";
  const std::string nobody = "127.0.0.3";
  const std::string good = "success";
  const std::string denied = "resolve/denied";
  const Rebinding rows[] = {
      {"after_the_first_query", {{outside}, {kInside}}, {good, denied, good, denied}},
      {"before_the_second_query", {{kInside}, {outside}}, {denied, good, denied, good}},
      // IPv4 is asked for first, IPv6 where there is none.
      {"to_a_mapped_address", {{outside}, {}, {mapped}}, {good, denied}},
      {"to_nat64", {{outside}, {}, {"64:ff9b::7f00:9"}}, {good, denied}},
      {"to_a_metadata_service", {{outside}, {"169.254.169.254"}}, {good, denied}},
      {"behind_an_allowed_address", {{outside, kInside}}, {good}},
      {"before_an_allowed_address", {{kInside, outside}}, {good}},
      {"behind_one_where_nobody_is", {{nobody, kInside}}, {"connect/refused"}},
      {"between_two_attempts", {{outside}, {kInside}}, {good, denied}, "attempts"},
      {"between_two_families", {{outside}, {mapped}}, {denied, denied}, "vary"},
  };
  const std::string trust = "    tls_config: {ca_file: " + site_.CaFile() + "}\n";
  StartExporter("  attempts:\n    staple: {attempts: 3}\n" + trust +
                "  vary:\n    vary: {addresses: all}\n" + trust);
  Ordeal ordeal("names that turn", *exporter_);
  for (const Rebinding& row : rows) {
    dns_->SetTurns("rebinding.test", row.turns);
    ordeal.Try(row.name, [&] {
      for (const std::string& outcome : row.outcomes) {
        const std::string page = Probe("rebinding.test", row.module).body;
        const Samples samples(page);
        EXPECT_EQ(FailureOf(samples), outcome == good ? "" : outcome) << row.name << ": " << page;
        EXPECT_EQ(samples.Value("probe_success"), outcome == good ? 1 : 0) << row.name;
      }
    });
  }
  EXPECT_TRUE(ordeal.AllSurvived());
  EXPECT_EQ(inside_->Accepted(), 0U);
}

// Responders and CRLs are named by certificates; what they redirect to, by whoever answers there.
TEST_F(ForbiddenAddressTest, IsNotReachedByACrossCheck) {
  std::vector<std::string> places = {
      Url(kInside),
      Url("[::ffff:127.0.0.9]"),
      Url("[64:ff9b::7f00:9]"),
      Url("inside.test"),
      Url("Inside.Test."),
      Url("mapped.test"),
      "http://169.254.169.254/latest/meta-data/",
      "http://[::ffff:a9fe:a9fe]/latest/meta-data/",
      "http://metadata.test/",
  };
  const auto ca = HttpPeer::Start({.answer = [&](const HttpPeerRequest& request) -> HttpPeerAnswer {
    const auto place = static_cast<std::size_t>(
        std::stoi(request.target.substr(request.target.find_first_of("0123456789"))));
    return {.status = 302, .headers = {{"Location", places.at(place)}}};
  }});
  ASSERT_TRUE(ca) << ca.error();
  // Leads to the CA at one query, inside at the next; the CA's first answer leads inside, too.
  dns_->SetTurns("turning.test", {{"127.0.0.1"}, {kInside}});
  places.push_back("http://turning.test:" + std::to_string((*ca)->port()) + "/0");
  std::vector<std::string> named = places;
  for (std::size_t i = 0; i < places.size(); ++i)
    named.push_back((*ca)->Url("/" + std::to_string(i)));
  StartExporter("    cross_check: {responder: true, crl: true, min_interval: 1s}\n");
  Ordeal ordeal("URLs of certificates and redirects", *exporter_);
  for (const std::string& url : named) {
    ordeal.Try(url, [&] { ExpectCaDenied(url); });
  }
  EXPECT_TRUE(ordeal.AllSurvived());
  EXPECT_EQ(inside_->Accepted(), 0U);
  EXPECT_GE((*ca)->Requests().size(), places.size()) << "redirects were followed as far as allowed";
}

// What a SOCKS5 proxy is asked for it resolves and connects to, here as anywhere.
StartedServer StartSocksProxy() {
  return RealServer::Start([](std::uint16_t port) -> std::vector<std::string> {
    return {FindProgram("microsocks"), "-i", "127.0.0.1", "-p", std::to_string(port)};
  });
}

// A proxy is told names; what it may be told, and where it stands, the rules say as well.
TEST_F(ForbiddenAddressTest, IsNotAskedOfAProxy) {
  ServeOutside({}, {});
  const ConnectRelay relay(inside_->port());
  const auto socks = StartSocksProxy();
  ASSERT_TRUE(socks) << socks.error();
  for (const std::string& proxy :
       {"http://127.0.0.1:" + std::to_string(relay.port()), "socks5://" + (*socks)->Target()}) {
    SCOPED_TRACE(proxy);
    StartExporter("    proxy_url: " + proxy + "\n",
                  std::string(kInside) + ", inside.test, '*.internal'");
    Ordeal ordeal("targets behind " + proxy.substr(0, proxy.find(':')) + " proxies", *exporter_);
    for (const char* host : {kInside, "[::ffff:127.0.0.9]", "[64:ff9b::7f00:9]", "inside.test",
                             "INSIDE.test.", "db.Internal", "169.254.169.254"}) {
      ordeal.Try(host, [&] { EXPECT_EQ(Probe(host).status, 403) << host; });
    }
    EXPECT_TRUE(ordeal.AllSurvived());
    const std::string page = Probe("outside.test").body;
    EXPECT_EQ(Samples(page).Value("probe_success"), 1) << page;
  }
  EXPECT_EQ(relay.Asked().size(), 1U) << "for outside.test";

  for (const std::string scheme : {"http", "socks5"}) {
    StartExporter("    proxy_url: " + scheme + "://inside.test:" + std::to_string(inside_->port()) +
                  "\n");
    const std::string page = Probe("leaf.test").body;
    EXPECT_EQ(FailureOf(Samples(page)), "proxy/denied") << page;
  }
  EXPECT_EQ(inside_->Accepted(), 0U);
}

// The CA is reached through a proxy, and redirects to where the proxy could go.
TEST_F(ForbiddenAddressTest, IsNotAskedOfAProxyByARedirect) {
  const std::vector<std::string> places = {
      Url("inside.test"), Url("INSIDE.test."),       "http://db.internal/",
      Url(kInside),       Url("[::ffff:127.0.0.9]"), "http://169.254.169.254/latest/meta-data/",
  };
  const auto ca = HttpPeer::Start({.answer = [&](const HttpPeerRequest& request) -> HttpPeerAnswer {
    const std::size_t place = request.target.at(1) - '0';
    return {.status = 302, .headers = {{"Location", places.at(place)}}};
  }});
  ASSERT_TRUE(ca) << ca.error();
  const ConnectRelay relay((*ca)->port());
  const auto socks = StartSocksProxy();
  ASSERT_TRUE(socks) << socks.error();
  const std::string authority = "outside.test:" + std::to_string((*ca)->port());
  for (const std::string& proxy :
       {"http://127.0.0.1:" + std::to_string(relay.port()), "socks5://" + (*socks)->Target()}) {
    SCOPED_TRACE(proxy);
    StartExporter("    cross_check: {responder: true, crl: true, min_interval: 1s, proxy_url: '" +
                      proxy + "'}\n",
                  std::string(kInside) + ", inside.test, '*.internal'");
    Ordeal ordeal("redirects behind " + proxy.substr(0, proxy.find(':')) + " proxies", *exporter_);
    for (std::size_t i = 0; i < places.size(); ++i) {
      ordeal.Try(places[i],
                 [&] { ExpectCaDenied("http://" + authority + "/" + std::to_string(i)); });
    }
    EXPECT_TRUE(ordeal.AllSurvived());
  }
  EXPECT_EQ(inside_->Accepted(), 0U);
  for (const std::string& line : relay.Asked()) {
    EXPECT_EQ(line, "CONNECT " + authority + " HTTP/1.1");
  }
  // Each place by the responder and by the CRL, through either proxy.
  EXPECT_EQ((*ca)->Requests().size(), 4 * places.size());
}

}  // namespace
}  // namespace stapling::testing
