// Text of strangers on every page: whatever way it comes in, a browser sees text and nothing else.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/integration/scrape.h"
#include "tests/support/rude_server.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {
namespace {

// Ends an element, an attribute and a style, and begins a script. A URL may hold the first.
const std::string kMarkup =
    "<script>owned()</script>\"onmouseover=\"owned()\"'onfocus='owned()'&lt;</style></td><img/"
    "src=x>"
    "javascript:owned()";
// The line separator and the override of the writing direction.
const std::string kHostile = kMarkup + "\u2028\u202E";

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// What of a page is no element or attribute of ours; empty if all is. Values stand in double
// quotes.
class Markup {
 public:
  explicit Markup(std::string_view page) : rest_(page) {
    while (complaint_.empty() && SkipTo('<')) TakeTag();
  }
  [[nodiscard]] const std::string& complaint() const { return complaint_; }

 private:
  static const std::set<std::string_view>& Tags() {
    static const std::set<std::string_view> tags = {
        "!DOCTYPE", "a",      "body",   "button", "div",   "footer", "form",  "h1",
        "h2",       "head",   "header", "html",   "input", "label",  "main",  "meta",
        "nav",      "option", "p",      "select", "small", "span",   "style", "table",
        "tbody",    "td",     "th",     "thead",  "time",  "title",  "tr"};
    return tags;
  }
  static const std::set<std::string_view>& Attributes() {
    static const std::set<std::string_view> attributes = {
        "action",         "aria-hidden",  "aria-labelledby",
        "autocapitalize", "autocomplete", "autofocus",
        "charset",        "checked",      "class",
        "content",        "data-label",   "datetime",
        "href",           "html",         "id",
        "lang",           "method",       "name",
        "placeholder",    "required",     "scope",
        "selected",       "spellcheck",   "type",
        "value"};
    return attributes;
  }

  bool SkipTo(char character) {
    const std::size_t at = rest_.find(character);
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + 1);
    return at != std::string_view::npos;
  }
  std::string_view TakeWord() {
    const std::string_view word = rest_.substr(0, rest_.find_first_of(" \n=>\""));
    rest_.remove_prefix(word.size());
    return word;
  }
  void Complain(std::string_view of) { complaint_ = std::string(of.substr(0, 80)); }

  void TakeTag() {
    const std::string_view start = rest_;
    if (rest_.starts_with('/')) rest_.remove_prefix(1);
    const std::string_view name = TakeWord();
    if (!Tags().contains(name)) return Complain(start);
    while (!rest_.empty() && rest_.front() != '>') {
      if (rest_.front() == ' ') rest_.remove_prefix(1);
      TakeAttribute();
      if (!complaint_.empty()) return;
    }
    // A style has no text of strangers; its hash is in the policy.
    if (name == "style" && !start.starts_with('/')) rest_.remove_prefix(rest_.find("</style>"));
  }
  void TakeAttribute() {
    const std::string_view start = rest_;
    const std::string_view name = TakeWord();
    if (!Attributes().contains(name)) return Complain(start);
    if (!rest_.starts_with("=\"")) return;
    rest_.remove_prefix(2);
    const std::string_view value = rest_.substr(0, rest_.find('"'));
    SkipTo('"');
    if (name == "href" && !IsOurs(value)) Complain(start);
  }
  static bool IsOurs(std::string_view reference) {
    for (const char* ours : {"logs?id=", "staple?id=", "probe?target=", "metrics", "config"}) {
      if (reference.starts_with(ours)) return true;
    }
    return false;
  }

  std::string_view rest_;
  std::string complaint_;
};

// No header of a page lets a browser guess, run or load anything.
void ExpectHarmless(const std::string& path, const HttpResponse& response) {
  SCOPED_TRACE(path);
  const auto header = [&](const std::string& name) {
    const auto found = response.headers.find(name);
    return found == response.headers.end() ? std::string() : found->second;
  };
  EXPECT_EQ(header("x-content-type-options"), "nosniff");
  const bool is_html = header("content-type") == "text/html; charset=utf-8";
  EXPECT_TRUE(is_html || header("content-type").starts_with("text/plain; "))
      << header("content-type");
  EXPECT_EQ(is_html, path == "/");
  for (const char* character : {"\u2028", "\u202E"}) {
    EXPECT_FALSE(Contains(response.body, character)) << response.body;
  }
  if (!is_html) return;
  EXPECT_TRUE(
      header("content-security-policy").starts_with("default-src 'none'; style-src 'sha256-"));
  EXPECT_EQ(Markup(response.body).complaint(), "");
}

std::vector<std::string> IdsOn(const std::string& home) {
  constexpr std::string_view kLink = "href=\"logs?id=";
  std::vector<std::string> ids;
  for (std::size_t at = home.find(kLink); at != std::string::npos; at = home.find(kLink, at + 1)) {
    ids.push_back(home.substr(at + kLink.size(), 32));
  }
  return ids;
}

// A CA and a server whose certificates say nothing but mark-up, and a responder that answers with
// it.
class HostileTextTest : public ::testing::Test {
 protected:
  void SetUp() override {
    responder_ = Rude("HTTP/1.1 404 " + kHostile + "\r\nContent-Length: 0\r\n\r\n");
    redirecting_ = Rude("HTTP/1.1 302 " + kHostile + "\r\nLocation: http://169.254.169.254/" +
                        kMarkup + "\r\nContent-Length: 0\r\n\r\n");
    mail_ = Rude("554 " + kHostile + "\r\n");
    proxy_ = Rude("HTTP/1.1 403 " + kHostile + "\r\n\r\n");
    root_ = IssueCertificate({.subject = kHostile, .is_ca = true});
    leaf_ =
        IssueCertificate({.subject = kHostile,
                          .subject_attributes = {{.oid = "2.5.4.10", .value = kHostile}},
                          .issuer = &root_,
                          .dns_names = {"leaf.test", kMarkup},
                          .responder_urls = {"http://" + responder_->Target() + "/" + kMarkup,
                                             "http://" + redirecting_->Target() + "/" + kMarkup}});
    auto server =
        TlsServer::Start({.chain = {leaf_, root_},
                          .staples = {BuildOcspResponse(GoodResponse(leaf_, root_, site_.now))}});
    ASSERT_TRUE(server) << server.error();
    server_ = std::move(server).value();
    auto exporter = Exporter::Start(
        Configuration(), {"--log.level=debug", "--log.prober=info", "--log.format=json"});
    ASSERT_TRUE(exporter) << exporter.error();
    exporter_ = std::move(exporter).value();
  }

  static std::unique_ptr<RudeServer> Rude(const std::string& says) {
    auto server = RudeServer::Start(PlainText(says, Afterwards::kClose));
    EXPECT_TRUE(server) << server.error();
    return server ? std::move(server).value() : nullptr;
  }

  [[nodiscard]] std::string Configuration() const {
    const std::string trust =
        "    tls_library: " + LibraryUnderTest() +
        "\n    tls_config: {ca_file: " + site_.directory().Write("hostile.pem", PemChain({root_})) +
        "}\n";
    std::string name = kMarkup;  // in single quotes, where YAML doubles them
    for (std::size_t at = 0; (at = name.find('\'', at)) != std::string::npos; at += 2) {
      name.insert(at, 1, '\'');
    }
    return "default_module: plain\nmodules:\n  plain:\n" + trust + "  '" + name + "':\n" + trust +
           "  crossed:\n" + trust + "    cross_check: {responder: true, min_interval: 1s}\n" +
           "  mail:\n    starttls: smtp\n" + trust + "  proxied:\n    proxy_url: http://" +
           proxy_->Target() + "\n" + trust + "  strangers: {}\n";
  }

  // The pages of one probe, all harmless. They show the mark-up somewhere, as text.
  void ExpectText(const std::string& name, const std::string& query) {
    SCOPED_TRACE(name);
    std::string shown;
    for (const std::string more : {"", "&debug=true"}) {
      const std::string path = "/probe?" + query + more;
      const HttpResponse page = exporter_->Get(path);
      EXPECT_EQ(page.status, 200) << page.body;
      ExpectHarmless(path, page);
      shown += page.body;
    }
    const HttpResponse home = exporter_->Get("/");
    ExpectHarmless("/", home);
    const std::vector<std::string> ids = IdsOn(home.body);
    ASSERT_FALSE(ids.empty()) << home.body;
    for (const std::string& id : ids) {
      for (const char* page : {"/logs?id=", "/staple?id="}) {
        const HttpResponse response = exporter_->Get(page + id);
        ExpectHarmless(page + id, response);
        shown += response.body;
      }
    }
    EXPECT_TRUE(Contains(shown, "<script>owned()</script>")) << "it did not come in: " << shown;
  }

  const Site site_;
  Certificate root_;
  Certificate leaf_;
  std::unique_ptr<RudeServer> responder_;
  std::unique_ptr<RudeServer> redirecting_;
  std::unique_ptr<RudeServer> mail_;
  std::unique_ptr<RudeServer> proxy_;
  std::unique_ptr<TlsServer> server_;
  std::unique_ptr<Exporter> exporter_;
};

TEST_F(HostileTextTest, OfProbesIsTextOnEveryPage) {
  const std::string target = "target=" + server_->Target();
  const std::string as_leaf = "&hostname=leaf.test";
  ExpectText("names of the certificates", target + as_leaf);
  ExpectText("names of an untrusted CA", target + as_leaf + "&module=strangers");
  ExpectText("names that do not match", target + "&hostname=other.test");
  ExpectText("target",
             "target=" + UrlEncode("https://" + server_->Target() + "/" + kMarkup) + as_leaf);
  ExpectText("module", target + as_leaf + "&module=" + UrlEncode(kMarkup));
  ExpectText("responder", target + as_leaf + "&module=crossed");
  ExpectText("mail server", "target=" + mail_->Target() + "&module=mail");
  ExpectText("proxy", target + "&module=proxied");
}

TEST_F(HostileTextTest, OfRequestsAndTheConfigurationIsTextOnEveryPage) {
  const std::string hostile = UrlEncode(kHostile);
  const std::string target = "target=" + server_->Target();
  for (const std::string& path :
       {std::string("/"), std::string("/config"), std::string("/metrics"), "/" + hostile,
        "/probe?target=" + hostile, "/probe?" + target + "&hostname=" + hostile,
        "/probe?" + target + "&module=" + hostile, "/logs?id=" + hostile, "/staple?id=" + hostile,
        "/-/healthy?" + hostile}) {
    ExpectHarmless(path, exporter_->Get(path));
  }
  EXPECT_TRUE(Contains(exporter_->Get("/config").body, "<script>")) << "as it was configured";
  EXPECT_TRUE(Contains(exporter_->Get("/").body, "<option>&lt;script&gt;owned()&lt;/script&gt;"));
  for (const char* method : {"POST", "PUT", "DELETE"}) {
    ExpectHarmless("/-/reload", exporter_->Send({.path = "/-/reload", .method = method}));
  }
}

// Each line of the log is one object, whatever is in it.
TEST_F(HostileTextTest, OfProbesIsOneLineOfTheLog) {
  static_cast<void>(exporter_->Probe({.target = server_->Target(), .hostname = "leaf.test"}));
  static_cast<void>(exporter_->Probe({.target = mail_->Target(), .module = "mail"}));
  static_cast<void>(exporter_->Get("/probe?target=" + UrlEncode(kHostile)));
  ASSERT_TRUE(exporter_->process().WaitForOutput("%3Cscript%3E"));
  const std::string errors = exporter_->process().Errors();
  EXPECT_TRUE(Contains(errors, "<script>owned()</script>\\\"onmouseover"));
  std::istringstream log(errors.substr(0, errors.rfind('\n')));
  for (std::string line; std::getline(log, line);) {
    const auto object = nlohmann::json::parse(line, nullptr, false);
    EXPECT_TRUE(object.is_object() && object.contains("ts") && object.contains("msg")) << line;
  }
}

}  // namespace
}  // namespace stapling::testing
