// tinyproxy (HTTP CONNECT) and microsocks (SOCKS5) between the exporter and servers that staple.
#include <gtest/gtest.h>

#include "tests/integration/exim.h"
#include "tests/integration/scrape.h"
#include "tests/integration/server_account.h"
#include "tests/integration/starttls_probe.h"
#include "tests/support/free_port.h"

namespace stapling::testing {
namespace {

// `more`: further lines of its configuration.
StartedServer StartTinyproxy(const Site& site, const std::string& more = {}) {
  return RealServer::Start([&](std::uint16_t port) {
    const std::string configuration =
        site.directory().Write("tinyproxy.conf", "Listen 127.0.0.1\nPort " + std::to_string(port) +
                                                     "\nTimeout 30\n" + more);
    HandOver(site.directory());
    return AsServerAccount({FindProgram("tinyproxy"), "-d", "-c", configuration});
  });
}

StartedServer StartMicrosocks(const std::vector<std::string>& more = {}) {
  return RealServer::Start([&](std::uint16_t port) {
    std::vector<std::string> command = {FindProgram("microsocks"), "-i", "127.0.0.1", "-p",
                                        std::to_string(port)};
    command.insert(command.end(), more.begin(), more.end());
    return AsServerAccount(command);
  });
}

std::string Url(const std::string& scheme, const RealServer& proxy,
                const std::string& credentials = {}) {
  return scheme + "://" + credentials + proxy.Target();
}

std::string Line(const std::string& proxy_url) { return "    proxy_url: " + proxy_url + "\n"; }

// Of the site's server, by the name that its certificate speaks for.
Scrape ProbeThrough(const Site& site, const std::string& target, const std::string& proxy_url) {
  const auto exporter = Exporter::Start(ModuleTrusting(site.CaFile(), Line(proxy_url)));
  if (!exporter) return {exporter.error(), Samples(std::string_view())};
  const HttpResponse page = (*exporter)->Probe({.target = target, .hostname = "leaf.test"});
  const HttpResponse debug =
      (*exporter)->Probe({.target = target, .hostname = "leaf.test", .debug = true});
  Samples samples(page.status == 200 ? page.body : std::string());
  return {page.body + debug.body, std::move(samples)};
}

void ExpectGood(const Scrape& scrape) {
  const Samples& samples = scrape.samples;
  SCOPED_TRACE(scrape.text);
  EXPECT_EQ(samples.Value("probe_success"), 1);
  EXPECT_EQ(VerdictOf(samples), "good");
  EXPECT_EQ(samples.Value("probe_tls_chain_valid"), 1);
  EXPECT_EQ(samples.Value("probe_tls_hostname_valid"), 1);
  // What only the proxy knows.
  EXPECT_FALSE(samples.Has("probe_ip_protocol"));
  EXPECT_FALSE(samples.Has("probe_ip_addr_hash"));
  EXPECT_FALSE(samples.Has("probe_dns_lookup_time_seconds"));
  EXPECT_TRUE(samples.Value("probe_phase_duration_seconds{phase=\"proxy\"}"));
  EXPECT_FALSE(samples.Value("probe_phase_duration_seconds{phase=\"resolve\"}"));
  EXPECT_FALSE(samples.Value("probe_phase_duration_seconds{phase=\"connect\"}"));
}

// `detail` is what the log says; the password is nowhere.
void ExpectFailure(const Scrape& scrape, const std::string& failure, const std::string& detail) {
  SCOPED_TRACE(scrape.text);
  EXPECT_EQ(scrape.samples.Value("probe_success"), 0);
  EXPECT_EQ(FailureOf(scrape.samples), failure);
  EXPECT_NE(scrape.text.find(detail), std::string::npos);
  EXPECT_EQ(scrape.text.find("s3cret"), std::string::npos);
  EXPECT_FALSE(scrape.samples.Has("probe_tls_version_info"));
}

class ProxyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto nginx = StartNginx(site_, ServerTls::k13,
                            site_.WriteBytes("staple.der", BuildOcspResponse(site_.Good())));
    ASSERT_TRUE(nginx) << nginx.error();
    nginx_ = std::move(nginx).value();
  }

  [[nodiscard]] std::string Port() const { return ":" + std::to_string(nginx_->port()); }

  Site site_;
  Site proxy_site_;  // its directory is handed over to the proxy
  std::unique_ptr<RealServer> nginx_;
};

TEST_F(ProxyTest, TinyproxyLeadsToAnAddressAndToAName) {
  const auto proxy = StartTinyproxy(proxy_site_);
  ASSERT_TRUE(proxy) << proxy.error();
  ExpectGood(ProbeThrough(site_, nginx_->Target(), Url("http", **proxy)));
  // What getaddrinfo takes for 127.0.0.1, and DNS for a name that does not exist.
  ExpectGood(ProbeThrough(site_, "0x7f000001" + Port(), Url("http", **proxy)));
  ExpectGood(ProbeThrough(site_, "localhost" + Port(),
                          "http://localhost:" + std::to_string((*proxy)->port())));
}

TEST_F(ProxyTest, TinyproxyWantsItsCredentials) {
  const auto proxy = StartTinyproxy(proxy_site_, "BasicAuth joe s3cret\n");
  ASSERT_TRUE(proxy) << proxy.error();
  const std::string target = nginx_->Target();
  ExpectGood(ProbeThrough(site_, target, Url("http", **proxy, "joe:s3%63ret@")));
  ExpectFailure(ProbeThrough(site_, target, Url("http", **proxy)), "proxy/proxy_auth",
                "407 Proxy Authentication Required");
  ExpectFailure(ProbeThrough(site_, target, Url("http", **proxy, "joe:not-s3cret@")),
                "proxy/proxy_auth", "401 Unauthorized");
}

TEST_F(ProxyTest, TinyproxyForbidsAPortOrDoesNotReachIt) {
  const auto strict = StartTinyproxy(proxy_site_, "ConnectPort 443\n");
  ASSERT_TRUE(strict) << strict.error();
  ExpectFailure(ProbeThrough(site_, nginx_->Target(), Url("http", **strict)), "proxy/proxy_refused",
                "403 Access violation");
  const auto proxy = StartTinyproxy(proxy_site_);
  ASSERT_TRUE(proxy) << proxy.error();
  ExpectFailure(
      ProbeThrough(site_, "127.0.0.1:" + std::to_string(FreePort()), Url("http", **proxy)),
      "proxy/proxy_refused", "500 Unable to connect");
}

TEST_F(ProxyTest, MicrosocksLeadsToAnAddressAndToAName) {
  const auto proxy = StartMicrosocks();
  ASSERT_TRUE(proxy) << proxy.error();
  ExpectGood(ProbeThrough(site_, nginx_->Target(), Url("socks5", **proxy)));
  ExpectGood(ProbeThrough(site_, "0x7f000001" + Port(), Url("socks5", **proxy)));
}

TEST_F(ProxyTest, MicrosocksWantsItsCredentials) {
  const auto proxy = StartMicrosocks({"-u", "joe", "-P", "s3cret"});
  ASSERT_TRUE(proxy) << proxy.error();
  const std::string target = nginx_->Target();
  ExpectGood(ProbeThrough(site_, target, Url("socks5", **proxy, "joe:s3%63ret@")));
  ExpectFailure(ProbeThrough(site_, target, Url("socks5", **proxy)), "proxy/proxy_auth",
                "no acceptable authentication method");
  ExpectFailure(ProbeThrough(site_, target, Url("socks5", **proxy, "joe:not-s3cret@")),
                "proxy/proxy_auth", "user and password refused");
}

TEST_F(ProxyTest, MicrosocksDoesNotReachAPort) {
  const auto proxy = StartMicrosocks();
  ASSERT_TRUE(proxy) << proxy.error();
  ExpectFailure(
      ProbeThrough(site_, "127.0.0.1:" + std::to_string(FreePort()), Url("socks5", **proxy)),
      "proxy/proxy_refused", "connection refused");
}

TEST_F(ProxyTest, AProxyOfTheOtherKindSaysSo) {
  const auto proxy = StartMicrosocks();
  ASSERT_TRUE(proxy) << proxy.error();
  const Scrape scrape = ProbeThrough(site_, nginx_->Target(), Url("http", **proxy));
  SCOPED_TRACE(scrape.text);
  EXPECT_EQ(scrape.samples.LabelOf("probe_failure_info", "phase"), "proxy");
}

TEST_F(ProxyTest, TheConfigurationHidesThePassword) {
  const auto exporter =
      Exporter::Start(ModuleTrusting(site_.CaFile(), Line("http://joe:s3cret@127.0.0.1:1")));
  ASSERT_TRUE(exporter) << exporter.error();
  const std::string page = (*exporter)->Get("/config").body;
  EXPECT_NE(page.find("proxy_url: \"http://joe:<secret>@127.0.0.1:1\"\n"), std::string::npos)
      << page;
  EXPECT_EQ(page.find("s3cret"), std::string::npos) << page;
}

TEST(ProxyStartTlsTest, StarttlsFollowsThroughEitherKind) {
  const Site site;
  const Site proxy_site;
  const auto exim = StartExim(site, EximStapling(site, site.Good()));
  ASSERT_TRUE(exim) << exim.error();
  const auto tinyproxy = StartTinyproxy(proxy_site);
  ASSERT_TRUE(tinyproxy) << tinyproxy.error();
  const auto microsocks = StartMicrosocks();
  ASSERT_TRUE(microsocks) << microsocks.error();
  for (const std::string& url : {Url("http", **tinyproxy), Url("socks5", **microsocks)}) {
    const Scrape scrape = ProbeScheme(site, "smtp", (*exim)->port(), Line(url));
    ExpectHealthy(scrape, "good");
    EXPECT_TRUE(scrape.samples.Value("probe_phase_duration_seconds{phase=\"proxy\"}"));
  }
}

}  // namespace
}  // namespace stapling::testing
