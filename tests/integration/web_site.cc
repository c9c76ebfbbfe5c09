#include "tests/integration/web_site.h"

#include <chrono>
#include <filesystem>
#include <utility>

namespace stapling::testing {
namespace {

constexpr const char* kServerAuth = "1.3.6.1.5.5.7.3.1";
constexpr const char* kClientAuth = "1.3.6.1.5.5.7.3.2";

std::string NameOf(WebSite::Client client) {
  switch (client) {
    case WebSite::Client::kNone:
      break;
    case WebSite::Client::kGood:
      return "client";
    case WebSite::Client::kOtherName:
      return "other_name";
    case WebSite::Client::kExpired:
      return "expired";
    case WebSite::Client::kStranger:
      return "stranger";
  }
  return {};
}

CurlResult Curl(std::vector<std::string> flags, const std::string& url) {
  ProcessOptions options{.arguments = {"curl", "--silent", "--show-error", "--include",
                                       "--max-time", "20", "--write-out", "\n%{http_code}"}};
  options.arguments.insert(options.arguments.end(), flags.begin(), flags.end());
  options.arguments.push_back(url);
  auto ran = RunProcess(std::move(options));
  if (!ran) return {.exit_status = -1, .errors = ran.error()};
  CurlResult result{.exit_status = ran->exit_status, .errors = ran->errors};
  const std::size_t last_line = ran->output.rfind('\n');
  if (last_line == std::string::npos) return result;
  result.status = std::stoi(ran->output.substr(last_line + 1));
  result.output = ran->output.substr(0, last_line);
  return result;
}

}  // namespace

WebSite::WebSite() {
  const Certificate ca = IssueCertificate({.subject = "Server CA", .is_ca = true});
  const Certificate client_ca = IssueCertificate({.subject = "Client CA", .is_ca = true});
  const Certificate stranger_ca = IssueCertificate({.subject = "Stranger CA", .is_ca = true});
  Add("ca", ca);
  Add("client_ca", client_ca);
  for (const char* name : {"server", "renewed"}) {
    Add(name, IssueCertificate({.subject = name,
                                .issuer = &ca,
                                .dns_names = {"localhost"},
                                .extended_key_usages = {kServerAuth}}));
  }
  const auto client = [](const Certificate& issuer, const char* name) {
    return CertificateSpec{.subject = "scraper",
                           .issuer = &issuer,
                           .dns_names = {name},
                           .extended_key_usages = {kClientAuth}};
  };
  Add("client", IssueCertificate(client(client_ca, "scraper.test")));
  Add("other_name", IssueCertificate(client(client_ca, "other.test")));
  Add("stranger", IssueCertificate(client(stranger_ca, "scraper.test")));
  CertificateSpec expired = client(client_ca, "scraper.test");
  expired.not_after = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) -
                      std::chrono::days(1);
  Add("expired", IssueCertificate(expired));
}

void WebSite::Add(const std::string& name, const Certificate& certificate) const {
  directory_.Write(name + ".pem", certificate.Pem());
  directory_.Write(name + ".key", certificate.KeyPem());
}

void WebSite::Write(const std::string& name, const std::string& text) const {
  directory_.Write(name + ".new", text);
  std::filesystem::rename(Path(name + ".new"), Path(name));
}

void WebSite::Replace(const std::string& name, const std::string& with) const {
  Write(name, directory_.Read(with));
}

std::string WebSite::Tls(const std::string& more) {
  return "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n" + more;
}

std::string WebSite::Users() {
  return std::string("basic_auth_users:\n  prometheus: ") + kWebHash + "\n";
}

Result<std::unique_ptr<Exporter>> WebSite::Start(const std::string& web_configuration,
                                                 std::vector<std::string> flags) const {
  Write("web.yml", web_configuration);
  flags.push_back("--web.config.file=" + Path("web.yml"));
  return Exporter::Start("", std::move(flags));
}

CurlResult WebSite::Get(const Exporter& exporter, const std::string& path, Client client,
                        std::vector<std::string> flags) const {
  flags.insert(flags.end(), {"--cacert", Path("ca.pem")});
  if (client != Client::kNone) {
    flags.insert(flags.end(),
                 {"--cert", Path(NameOf(client) + ".pem"), "--key", Path(NameOf(client) + ".key")});
  }
  return Curl(std::move(flags), "https://localhost:" + std::to_string(exporter.port()) + path);
}

CurlResult WebSite::GetPlain(const Exporter& exporter, const std::string& path,
                             std::vector<std::string> flags) {
  return Curl(std::move(flags), "http://127.0.0.1:" + std::to_string(exporter.port()) + path);
}

}  // namespace stapling::testing
