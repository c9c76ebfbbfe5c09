// Secrets show nowhere: every page, error and log line is searched for every one of them.

#include <gtest/gtest.h>

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "core/base64.h"
#include "tests/integration/scrape.h"
#include "tests/integration/siege.h"
#include "tests/integration/web_site.h"
#include "tests/support/rude_server.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {
namespace {

constexpr const char* kProxyPassword = "pr0xy/s3cret";
constexpr const char* kProxyPasswordInUrls = "pr0xy%2Fs3cret";
constexpr const char* kWebPassword = "gu3ss-Me";
constexpr const char* kPasswordHash =
    "$2b$04$t978PRUSgkAiWNCGJjt3GuJHI0YDNE64ca8ZaWEFt9IDRhgUyn9Mu";

std::string Base64Of(const std::string& text) {
  return Base64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string Indented(const std::string& text) {
  std::istringstream lines(text);
  std::string indented;
  for (std::string line; std::getline(lines, line);) indented += "    " + line + "\n";
  return indented;
}

// The lines of a PEM between its dashes.
std::vector<std::string> LinesOf(const std::string& pem) {
  std::istringstream text(pem);
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with("-----")) lines.push_back(line);
  }
  return lines;
}

class SecretsTest : public ::testing::Test {
 protected:
  SecretsTest() {
    secrets_ = {kProxyPassword,
                kProxyPasswordInUrls,
                Base64Of(std::string("joe:") + kProxyPassword),
                kWebPassword,
                Base64Of(std::string("prometheus:") + kWebPassword),
                kPasswordHash,
                std::string(kPasswordHash).substr(7),
                "PRIVATE KEY"};
    for (const Certificate* certificate : {&served_, &site_.leaf}) {
      for (const std::string& line : LinesOf(certificate->KeyPem())) secrets_.push_back(line);
    }
  }

  void ExpectNoneIn(const std::string& text, const std::string& where) const {
    for (const std::string& secret : secrets_) {
      EXPECT_EQ(text.find(secret), std::string::npos)
          << secret << " is in " << where << ": " << text;
    }
  }

  [[nodiscard]] static std::string ProxyUrl(const std::string& scheme, const std::string& proxy) {
    return scheme + "://joe:" + kProxyPasswordInUrls + "@" + proxy;
  }

  const Site site_;
  const Certificate served_ =
      IssueCertificate({.subject = "localhost", .dns_names = {"localhost"}});
  std::vector<std::string> secrets_;
};

// Proxies that repeat what they were told, and credentials that are wrong.
TEST_F(SecretsTest, AreInNoPageNorLog) {
  const auto refusing = RudeServer::Start(
      PlainText("HTTP/1.1 407 Not you, joe\r\nContent-Length: 0\r\n\r\n", Afterwards::kClose));
  const auto closing = RudeServer::Start(CloseAfterAccept());
  ASSERT_TRUE(refusing && closing);
  const auto server = TlsServer::Start({.chain = site_.Chain(), .staples = {}});
  ASSERT_TRUE(server) << server.error();
  const std::string trust = "    tls_config: {ca_file: " + site_.CaFile() +
                            ", cert_file: " + site_.ChainFile() + ", key_file: " + site_.KeyFile() +
                            "}\n";
  const std::string configuration =
      "modules:\n  plain:\n" + trust + "  http:\n" + trust +
      "    proxy_url: " + ProxyUrl("http", (*refusing)->Target()) + "\n  socks:\n" + trust +
      "    proxy_url: " + ProxyUrl("socks5", (*closing)->Target()) + "\n  crossed:\n" + trust +
      "    cross_check: {responder: true, proxy_url: '" + ProxyUrl("http", (*refusing)->Target()) +
      "'}\n";
  const std::string web = "tls_server_config:\n  cert: |\n" + Indented(served_.Pem()) +
                          "  key: |\n" + Indented(served_.KeyPem()) +
                          "basic_auth_users:\n  prometheus: " + kPasswordHash + "\n";
  for (const char* format : {"json", "logfmt"}) {
    const WebSite site;
    const auto exporter =
        site.Start(web, {"--config.file=" + site_.directory().Write("modules.yml", configuration),
                         "--log.level=debug", "--log.prober=info", "--web.enable-lifecycle",
                         std::string("--log.format=") + format});
    ASSERT_TRUE(exporter) << exporter.error();
    site_.directory().Write("served.pem", served_.Pem());
    const auto get = [&](const std::string& path, const std::string& user,
                         std::vector<std::string> flags = {}) {
      flags.insert(flags.end(), {"--insecure", "--user", user});
      return site.Get(**exporter, path, WebSite::Client::kNone, std::move(flags));
    };
    const std::string right = std::string("prometheus:") + kWebPassword;
    const std::string query = "target=" + (*server)->Target() + "&hostname=leaf.test&module=";
    const auto ask = [&](const std::string& path) -> HttpResponse {
      CurlResult result = get(path, right);
      return {.status = result.status, .body = result.output + result.errors};
    };
    const auto search = [&](const std::string& path, int status) {
      const HttpResponse page = ask(path);
      EXPECT_EQ(page.status, status) << page.body;
      ExpectNoneIn(page.body, path);
    };
    const std::string name = std::string("secrets, with a log in ") + format;
    Siege siege(**exporter, {.name = name.c_str(), .ask = ask, .healthy = query + "plain"});
    for (const std::string module : {"plain", "http", "socks", "crossed"}) {
      siege.Attack(module, [&] {
        for (const char* more : {"", "&debug=true"}) search("/probe?" + query + module + more, 200);
      });
    }
    siege.Attack("pages", [&] {
      for (const char* path : {"/", "/config", "/metrics"}) search(path, 200);
    });
    siege.Attack("errors", [&] {
      for (const char* path : {"/probe", "/probe?target=x&module=nope"}) search(path, 400);
      search("/-/reload", 405);
      search("/nothing", 404);
    });
    siege.Attack("pages of probes", [&] {
      const std::string home = ask("/").body;
      EXPECT_NE(home.find("href=\"logs?id="), std::string::npos) << home;
      for (std::size_t at = 0; (at = home.find("href=\"logs?id=", at)) != std::string::npos; ++at) {
        const std::string id = home.substr(at + 14, 32);
        ExpectNoneIn(ask("/logs?id=" + id).body, "/logs");
        ExpectNoneIn(ask("/staple?id=" + id).body, "/staple");
      }
    });
    siege.Attack("wrong password",
                 [&] { ExpectNoneIn(get("/metrics", right + "?").output, "the refusal"); });
    siege.Attack("reload", [&] {
      EXPECT_EQ(get("/-/reload", right, {"--request", "POST"}).status, 200);
    });
    ASSERT_TRUE((*exporter)->process().WaitForOutput("reload"));
    ExpectNoneIn((*exporter)->process().Errors(), "the log");
    EXPECT_EQ((*exporter)->process().Output(), "");
  }
}

struct BrokenFile {
  const char* name;
  std::string text;
};

// What is wrong with a file is said without what is secret in it.
TEST_F(SecretsTest, AreInNoComplaint) {
  const std::string url = ProxyUrl("http", "127.0.0.1:1");
  const auto module = [](const std::string& lines) { return "modules:\n  a:\n" + lines; };
  const auto users = [](const std::string& lines) { return "basic_auth_users:\n" + lines; };
  const std::string secret = kProxyPassword;
  const std::string key = Indented(served_.KeyPem());
  const BrokenFile modules[] = {
      {"url_without_port", module("    proxy_url: " + ProxyUrl("http", "127.0.0.1") + "\n")},
      {"url_of_another_scheme", module("    proxy_url: " + ProxyUrl("ftp", "127.0.0.1:1") + "\n")},
      {"url_without_scheme", module("    proxy_url: joe:" + secret + "@127.0.0.1:1\n")},
      {"password_not_encoded", module("    proxy_url: http://joe:" + secret + "@127.0.0.1:1\n")},
      {"user_too_long_for_socks", module("    proxy_url: socks5://" + std::string(300, 'j') + ":" +
                                         kProxyPasswordInUrls + "@127.0.0.1:1\n")},
      {"list", module("    proxy_url: [" + url + "]\n")},
      {"mapping", module("    proxy_url: {url: '" + url + "'}\n")},
      {"misspelt_key", module("    proxy_ur: " + url + "\n")},
      {"given_twice", module("    proxy_url: " + url + "\n    proxy_url: " + url + "\n")},
      {"open_quote", module("    proxy_url: \"" + url + "\n")},
      {"no_space_after_the_colon", module("    proxy_url:" + url + "\n")},
      {"as_the_cross_check", module("    cross_check: " + url + "\n")},
      {"with_a_tab", module("    proxy_url: " + url + "\n\tx: y\n")},
  };
  const BrokenFile webs[] = {
      {"password_without_a_hash", users(std::string("  joe: ") + kWebPassword + "\n")},
      {"list_of_passwords", users(std::string("  joe: [") + kWebPassword + "]\n")},
      {"password_alone", users(std::string("  ") + kWebPassword + "\n")},
      {"hash_cut_short",
       users(std::string("  joe: ") + std::string(kPasswordHash).substr(0, 59) + "\n")},
      {"hash_of_another_kind", users(std::string("  joe: '{SHA}") + kWebPassword + "'\n")},
      {"key_alone", "tls_server_config:\n  key: |\n" + key},
      {"key_for_a_certificate", "tls_server_config:\n  cert: |\n" + key + "  key: |\n" + key},
      {"key_of_another",
       "tls_server_config:\n  cert: |\n" + Indented(site_.leaf.Pem()) + "  key: |\n" + key},
      {"key_damaged", "tls_server_config:\n  cert: |\n" + Indented(served_.Pem()) + "  key: |\n" +
                          key.substr(0, 90) + "\n"},
      {"key_in_one_line", "tls_server_config: {cert_file: x, key: '" + served_.KeyPem() + "'}\n"},
      {"key_for_a_version", "tls_server_config:\n  cert: x\n  keys: |\n" + key},
  };
  int tried = 0;
  int refused = 0;
  const auto check = [&](const BrokenFile& row, const std::string& flag) {
    SCOPED_TRACE(row.name);
    const std::string file = site_.directory().Write(std::string(row.name) + ".yml", row.text);
    for (const std::string start : {"--config.check", "--web.listen-address=127.0.0.1:0"}) {
      const ProcessResult result = RunExporter({start, flag + file});
      ++tried;
      if (result.exit_status == 1) ++refused;
      EXPECT_EQ(result.exit_status, 1) << result.output << result.errors;
      ExpectNoneIn(result.output + result.errors, start);
    }
  };
  for (const BrokenFile& row : modules) check(row, "--config.file=");
  for (const BrokenFile& row : webs) check(row, "--web.config.file=");
  std::cout << "[counts] files with secrets: tried " << tried << ", refused with a sentence "
            << refused << std::endl;
}

TEST_F(SecretsTest, AreInNoReportOfACheck) {
  const auto refusing = RudeServer::Start(
      PlainText("HTTP/1.1 407 Not you\r\nContent-Length: 0\r\n\r\n", Afterwards::kClose));
  ASSERT_TRUE(refusing) << refusing.error();
  const std::string file = site_.directory().Write(
      "proxied.yml",
      ModuleTrusting(site_.CaFile(),
                     "    proxy_url: " + ProxyUrl("http", (*refusing)->Target()) + "\n"));
  for (const char* format : {"text", "json", "prometheus"}) {
    const ProcessResult result = RunExporter(
        {"check", "127.0.0.1:1", "--config.file=" + file, std::string("--format=") + format});
    EXPECT_EQ(result.exit_status, 2) << result.errors;
    ExpectNoneIn(result.output + result.errors, format);
  }
}

}  // namespace
}  // namespace stapling::testing
