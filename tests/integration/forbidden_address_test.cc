// Addresses that the rules forbid, however they are written, whatever leads to them: nobody there
// is ever connected to. In a network of its own, so that every name is answered by the test.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

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

  [[nodiscard]] HttpResponse Probe(const std::string& host) const {
    return exporter_->Probe({.target = host + ":" + std::to_string(inside_->port()),
                             .hostname = "leaf.test",
                             .timeout_header = "5"});
  }
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
  for (const Spelling& row : rows) {
    const HttpResponse page = Probe(row.host);
    EXPECT_EQ(page.status, row.status) << row.name << ": " << page.body;
    if (row.status == 200) {
      EXPECT_EQ(FailureOf(Samples(page.body)), row.failure) << row.name << ": " << page.body;
    }
  }
  EXPECT_EQ(inside_->Accepted(), 0U);
  EXPECT_GT(Samples(exporter_->Metrics()).Value(kDenied), 0);
}

// The name is good when it is looked up first, and leads inside afterwards.
TEST_F(ForbiddenAddressTest, IsNotReachedByANameThatTurnsThere) {
  ServeOutside({}, {});
  StartExporter();
  for (int round = 0; round < 3; ++round) {
    dns_->SetAddresses("rebinding.test", {"127.0.0.1"});
    const HttpResponse before = Probe("rebinding.test");
    EXPECT_EQ(Samples(before.body).Value("probe_success"), 1) << before.body;
    for (const char* address :
         {kInside, "::ffff:127.0.0.9", "64:ff9b::7f00:9", "169.254.169.254"}) {
      dns_->SetAddresses("rebinding.test", {address});
      EXPECT_EQ(FailureOf(Samples(Probe("rebinding.test").body)), "resolve/denied") << address;
    }
  }
  EXPECT_EQ(Samples(Probe("both.test").body).Value("probe_success"), 1)
      << "the other address is allowed";
  EXPECT_EQ(inside_->Accepted(), 0U);
}

// Responders and CRLs are named by certificates; what they redirect to, by whoever answers there.
TEST_F(ForbiddenAddressTest, IsNotReachedByACrossCheck) {
  const std::vector<std::string> places = {
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
  std::string location;
  const auto ca = HttpPeer::Start({.answer = [&](const HttpPeerRequest& request) -> HttpPeerAnswer {
    const auto place = static_cast<std::size_t>(
        std::stoi(request.target.substr(request.target.find_first_of("0123456789"))));
    return {.status = 302, .headers = {{"Location", places.at(place)}}};
  }});
  ASSERT_TRUE(ca) << ca.error();
  std::vector<std::string> named = places;
  for (std::size_t i = 0; i < places.size(); ++i)
    named.push_back((*ca)->Url("/" + std::to_string(i)));
  StartExporter("    cross_check: {responder: true, crl: true, min_interval: 1s}\n");
  for (const std::string& url : named) {
    SCOPED_TRACE(url);
    ServeOutside({url}, {url});
    const std::string page = Probe("127.0.0.1").body;
    const Samples samples(page);
    EXPECT_EQ(samples.Value("probe_success"), 1) << page;
    const std::string labels = "{depth=\"0\",url=\"" + url + "\"";
    for (const std::string scheme : {"ocsp_responder", "ocsp_crl"}) {
      EXPECT_EQ(samples.Value(scheme + "_up" + labels + "}"), 0) << page;
      EXPECT_EQ(samples.Value(scheme + "_failure_info" + labels + ",reason=\"denied\"}"), 1)
          << page;
    }
    outside_.reset();
  }
  EXPECT_EQ(inside_->Accepted(), 0U);
  EXPECT_GE((*ca)->Requests().size(), places.size()) << "redirects were followed as far as allowed";
}

// A proxy is told names; what it may be told, and where it stands, the rules say as well.
TEST_F(ForbiddenAddressTest, IsNotAskedOfAProxy) {
  ServeOutside({}, {});
  const ConnectRelay relay(inside_->port());
  const std::string proxy =
      "    proxy_url: http://127.0.0.1:" + std::to_string(relay.port()) + "\n";
  StartExporter(proxy, std::string(kInside) + ", inside.test, '*.internal'");
  for (const char* host : {kInside, "[::ffff:127.0.0.9]", "[64:ff9b::7f00:9]", "inside.test",
                           "INSIDE.test.", "db.Internal", "169.254.169.254"}) {
    EXPECT_EQ(Probe(host).status, 403) << host;
  }
  EXPECT_TRUE(relay.Asked().empty());

  StartExporter("    proxy_url: http://inside.test:" + std::to_string(inside_->port()) + "\n");
  const std::string page = Probe("leaf.test").body;
  EXPECT_EQ(FailureOf(Samples(page)), "proxy/denied") << page;
  EXPECT_EQ(inside_->Accepted(), 0U);
}

}  // namespace
}  // namespace stapling::testing
