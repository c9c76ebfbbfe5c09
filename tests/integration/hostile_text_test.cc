// Text of strangers on every page: whatever way it comes in, a browser sees text and nothing else.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/integration/ordeal.h"
#include "tests/integration/scrape.h"
#include "tests/support/der.h"
#include "tests/support/rude_server.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {
namespace {

// Ends an element, an attribute and a style, and begins a script, which says whose text it is. A
// URL may hold it.
std::string MarkupOf(const std::string& who) {
  return "<script>" + who + "()</script>\"onmouseover=\"" + who + "()\"'onfocus='" + who +
         "()'&lt;</style></td><img/src=x>javascript:" + who + "()";
}
// With the line separator and the override of the writing direction.
std::string HostileTextOf(const std::string& who) { return MarkupOf(who) + "\u2028\u202E"; }

// What is seen of it as text, and as a value in a distinguished name (RFC 4514), which a label has
// once more escaped.
std::string TextOf(const std::string& who) { return "<script>" + who + "()</script>"; }
std::string NameOf(const std::string& who) { return R"(\<script\>)" + who + R"(()\</script\>)"; }
std::string LabelOf(const std::string& who) {
  return R"(\\<script\\>)" + who + R"(()\\</script\\>)";
}

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

struct Source {
  const char* name;
  std::string query;               // of a probe
  std::vector<std::string> shown;  // each on some page of plain text
};

// A CA and a server whose certificates say nothing but mark-up, and strangers of every kind that
// answer with it.
class HostileTextTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string place = StrangerThat(CloseAfterAccept());
    root_ = IssueCertificate({.subject = HostileTextOf("root"), .is_ca = true});
    leaf_ = IssueCertificate(
        {.subject = HostileTextOf("leaf"),
         .subject_attributes = {{.oid = "2.5.4.10", .value = HostileTextOf("organization")}},
         .issuer = &root_,
         .dns_names = {"leaf.test", MarkupOf("alternative")},
         .responder_urls =
             {"http://" + Stranger("HTTP/1.1 404 " + HostileTextOf("status") + kNoBody) + "/" +
                  MarkupOf("responder"),
              "http://" + Stranger(Redirect("http://169.254.169.254/" + MarkupOf("denied"))) + "/",
              "http://" + Stranger(Redirect("http://" + place + "/" + MarkupOf("followed"))) + "/"},
         .crl_urls = {"http://" + Stranger("HTTP/1.1 410 " + HostileTextOf("gone") + kNoBody) +
                      "/" + MarkupOf("crl")}});
    signer_ = IssueCertificate({.subject = HostileTextOf("signer")});
    server_ = Serve(GoodResponse(leaf_, root_, site_.now));
    stranger_signs_ = Serve(GoodDelegatedResponse(leaf_, root_, signer_, site_.now));
    auto exporter = Exporter::Start(
        Configuration(), {"--log.level=debug", "--log.prober=info", "--log.format=json"});
    ASSERT_TRUE(exporter) << exporter.error();
    exporter_ = std::move(exporter).value();
  }

  static constexpr const char* kNoBody = "\r\nContent-Length: 0\r\n\r\n";
  static std::string Redirect(const std::string& to) {
    return "HTTP/1.1 302 Found\r\nLocation: " + to + kNoBody;
  }

  // One more server, whose place is returned.
  std::string StrangerThat(RudeBehaviour behaves) {
    auto server = RudeServer::Start(std::move(behaves));
    EXPECT_TRUE(server) << server.error();
    if (!server) return {};
    strangers_.push_back(std::move(server).value());
    return strangers_.back()->Target();
  }
  std::string Stranger(const std::string& says) {
    return StrangerThat(PlainText(says, Afterwards::kClose));
  }
  std::string QueryOf(const std::string& scheme, const std::string& says) {
    return "target=" + UrlEncode(scheme + "://" + Stranger(says));
  }

  [[nodiscard]] std::unique_ptr<TlsServer> Serve(const OcspResponseSpec& response) const {
    auto server =
        TlsServer::Start({.chain = {leaf_, root_}, .staples = {BuildOcspResponse(response)}});
    EXPECT_TRUE(server) << server.error();
    return server ? std::move(server).value() : nullptr;
  }

  [[nodiscard]] std::string Configuration() {
    const std::string trust =
        "    tls_library: " + LibraryUnderTest() +
        "\n    tls_config: {ca_file: " + site_.directory().Write("hostile.pem", PemChain({root_})) +
        "}\n";
    std::string name = MarkupOf("module");  // in single quotes, where YAML doubles them
    for (std::size_t at = 0; (at = name.find('\'', at)) != std::string::npos; at += 2) {
      name.insert(at, 1, '\'');
    }
    return "default_module: plain\nmodules:\n  plain:\n" + trust + "  '" + name + "':\n" + trust +
           "  crossed:\n" + trust +
           "    cross_check: {responder: true, crl: true, min_interval: 1s}\n" +
           "  proxied:\n    proxy_url: http://" +
           Stranger("HTTP/1.1 403 " + HostileTextOf("proxy") + "\r\n\r\n") + "\n" + trust +
           "  strangers: {}\n";
  }

  // All that a probe may show of what others say. SOCKS5 and PostgreSQL have no text to show.
  std::vector<Source> Sources() {
    const std::string target = "target=" + server_->Target();
    const std::string as_leaf = "&hostname=leaf.test";
    const auto said = [](const std::string& who) { return HostileTextOf(who) + "\r\n"; };
    return {
        {"names of the certificates",
         target + as_leaf,
         {LabelOf("root"), LabelOf("leaf"), LabelOf("organization"), TextOf("alternative")}},
        {"names of an untrusted CA",
         target + as_leaf + "&module=strangers",
         {LabelOf("root"), NameOf("root"), NameOf("leaf")}},
        {"names that do not match", target + "&hostname=other.test", {TextOf("alternative")}},
        {"name of whoever signed the staple",
         "target=" + stranger_signs_->Target() + as_leaf,
         {NameOf("signer")}},
        {"target",
         "target=" + UrlEncode("https://" + server_->Target() + "/" + MarkupOf("target")) + as_leaf,
         {TextOf("target")}},
        {"module",
         target + as_leaf + "&module=" + UrlEncode(MarkupOf("module")),
         {TextOf("module")}},
        {"CA",
         target + as_leaf + "&module=crossed",
         {TextOf("responder"), TextOf("status"), TextOf("denied"), TextOf("followed"),
          TextOf("crl"), TextOf("gone")}},
        {"proxy", target + "&module=proxied", {TextOf("proxy")}},
        {"smtp", QueryOf("smtp", "554 " + said("smtp")), {TextOf("smtp")}},
        {"lmtp", QueryOf("lmtp", "554 " + said("lmtp")), {TextOf("lmtp")}},
        {"imap", QueryOf("imap", "* BYE " + said("imap")), {TextOf("imap")}},
        {"pop3", QueryOf("pop3", "-ERR " + said("pop3")), {TextOf("pop3")}},
        {"sieve", QueryOf("sieve", "NO " + said("sieve")), {TextOf("sieve")}},
        {"nntp", QueryOf("nntp", "400 " + said("nntp")), {TextOf("nntp")}},
        {"ftp", QueryOf("ftp", "421 " + said("ftp")), {TextOf("ftp")}},
        {"irc", QueryOf("irc", "ERROR :" + said("irc")), {TextOf("irc")}},
        {"nats", QueryOf("nats", "-ERR " + said("nats")), {TextOf("nats")}},
        // Of XML the text up to the end of one tag is kept.
        {"xmpp-client",
         QueryOf("xmpp-client", "<stream:error>xmpp()\"onclick=\"xmpp()\"\u2028\u202E<script>"),
         {"<stream:error>xmpp()\"onclick=\"xmpp()\""}},
        {"ldap", QueryOf("ldap", ToString(LdapRefusal(HostileTextOf("ldap")))), {TextOf("ldap")}},
        {"mysql",
         QueryOf("mysql", ToString(MysqlRefusal(HostileTextOf("mysql")))),
         {TextOf("mysql")}},
    };
  }

  // ExtendedResponse (RFC 4511 section 4.12): operationsError, no matchedDN, a diagnosticMessage.
  static Bytes LdapRefusal(const std::string& text) {
    Bytes response = der::Enumerated(1);
    Append(response, der::OctetString({}));
    Append(response, der::OctetString(ToBytes(text)));
    constexpr std::uint8_t kExtendedResponse = 0x78;
    return der::Sequence({der::Integer(1), der::Element(kExtendedResponse, response)});
  }
  // ERR_Packet: too many connections, before any handshake.
  static Bytes MysqlRefusal(const std::string& text) {
    Bytes packet = {static_cast<std::uint8_t>(text.size() + 3), 0, 0, 0, 0xff, 0x10, 0x04};
    Append(packet, ToBytes(text));
    return packet;
  }

  // Long lines in one piece again.
  static std::string Unfolded(std::string text) {
    const std::string_view fold = "\n    ";
    for (std::size_t at = 0; (at = text.find(fold, at)) != std::string::npos;) {
      text.erase(at, fold.size());
    }
    return text;
  }

  // The pages of one probe, all harmless, show the mark-up somewhere, as text.
  void ExpectText(const Source& source) {
    SCOPED_TRACE(source.name);
    std::string shown;
    for (const std::string more : {"", "&debug=true"}) {
      const std::string path = "/probe?" + source.query + more;
      const HttpResponse page = exporter_->Get(path);
      EXPECT_EQ(page.status, 200) << page.body;
      ExpectHarmless(path, page);
      shown += page.body;
    }
    const HttpResponse home = exporter_->Get("/");
    ExpectHarmless("/", home);
    ExpectHarmless("/metrics", exporter_->Get("/metrics"));
    const std::vector<std::string> ids = IdsOn(home.body);
    ASSERT_FALSE(ids.empty()) << home.body;
    for (const std::string& id : ids) {
      for (const char* page : {"/logs?id=", "/staple?id="}) {
        const HttpResponse response = exporter_->Get(page + id);
        ExpectHarmless(page + id, response);
        shown += Unfolded(response.body);
      }
    }
    for (const std::string& text : source.shown) {
      EXPECT_TRUE(Contains(shown, text)) << text << " did not come in: " << shown;
    }
  }

  const Site site_;
  Certificate root_;
  Certificate leaf_;
  Certificate signer_;
  std::vector<std::unique_ptr<RudeServer>> strangers_;
  std::unique_ptr<TlsServer> server_;
  std::unique_ptr<TlsServer> stranger_signs_;
  std::unique_ptr<Exporter> exporter_;
};

TEST_F(HostileTextTest, OfProbesIsTextOnEveryPage) {
  Ordeal ordeal("text of strangers", *exporter_);
  for (const Source& source : Sources()) {
    ordeal.Try(source.name, [&] { ExpectText(source); });
  }
  EXPECT_TRUE(ordeal.AllSurvived());
}

TEST_F(HostileTextTest, OfRequestsAndTheConfigurationIsTextOnEveryPage) {
  const std::string hostile = UrlEncode(HostileTextOf("request"));
  const std::string target = "target=" + server_->Target();
  Ordeal ordeal("text of requests", *exporter_);
  for (const std::string& path :
       {std::string("/"), std::string("/config"), std::string("/metrics"), "/" + hostile,
        "/probe?target=" + hostile, "/probe?" + target + "&hostname=" + hostile,
        "/probe?" + target + "&module=" + hostile, "/logs?id=" + hostile, "/staple?id=" + hostile,
        "/-/healthy?" + hostile}) {
    ordeal.Try(path, [&] { ExpectHarmless(path, exporter_->Get(path)); });
  }
  EXPECT_TRUE(Contains(exporter_->Get("/config").body, TextOf("module"))) << "as it was configured";
  EXPECT_TRUE(Contains(exporter_->Get("/").body, "<option>&lt;script&gt;module()&lt;/script&gt;"));
  for (const char* method : {"POST", "PUT", "DELETE"}) {
    ordeal.Try(method, [&] {
      ExpectHarmless("/-/reload", exporter_->Send({.path = "/-/reload", .method = method}));
    });
  }
  EXPECT_TRUE(ordeal.AllSurvived());
}

// Each line of the log is one object, whatever is in it.
TEST_F(HostileTextTest, OfProbesIsOneLineOfTheLog) {
  for (const Source& source : Sources()) {
    EXPECT_EQ(exporter_->Get("/probe?" + source.query).status, 200) << source.name;
  }
  static_cast<void>(exporter_->Get("/probe?target=" + UrlEncode(HostileTextOf("request"))));
  ASSERT_TRUE(exporter_->process().WaitForOutput("%3Cscript%3Erequest"));
  const std::string errors = exporter_->process().Errors();
  for (const char* who : {"status", "gone", "followed", "proxy", "smtp", "mysql"}) {
    EXPECT_TRUE(Contains(errors, TextOf(who) + "\\\"onmouseover")) << who;
  }
  std::istringstream log(errors.substr(0, errors.rfind('\n')));
  for (std::string line; std::getline(log, line);) {
    const auto object = nlohmann::json::parse(line, nullptr, false);
    EXPECT_TRUE(object.is_object() && object.contains("ts") && object.contains("msg")) << line;
  }
}

}  // namespace
}  // namespace stapling::testing
