// What stands around an exporter that is served over TLS: its certificate, the CA of its clients,
// clients of every kind, and curl.
//
// Certificates are of this moment. Files are PEM, in one directory.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/exporter.h"
#include "tests/support/pki.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {

// A user of every exporter here, and the hash of his password.
inline constexpr const char* kWebUser = "prometheus:U*U";
inline constexpr const char* kWebHash =
    "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

struct CurlResult {
  int exit_status = 0;  // of curl: 0 when there was a response
  int status = 0;       // of HTTP
  std::string output;   // headers and body
  std::string errors;
};

class WebSite {
 public:
  WebSite();

  // Their files are NAME.pem and NAME.key. The exporter's certificates are server and, of the same
  // CA, renewed; both are valid for localhost.
  enum class Client {
    kNone,
    kGood,       // "client": of client_ca, for scraper.test
    kOtherName,  // the same for other.test
    kExpired,    // the same, since yesterday
    kStranger,   // for scraper.test, of a CA that nobody trusts
  };

  [[nodiscard]] std::string Path(const std::string& name) const { return directory_.Path(name); }
  [[nodiscard]] std::string Read(const std::string& name) const { return directory_.Read(name); }
  // Replaces the file in one step.
  void Write(const std::string& name, const std::string& text) const;
  void Replace(const std::string& name, const std::string& with) const;

  // tls_server_config with the server's certificate and these further lines of it.
  static std::string Tls(const std::string& more = {});
  static std::string Users();

  // An exporter with this web configuration.
  [[nodiscard]] Result<std::unique_ptr<Exporter>> Start(const std::string& web_configuration,
                                                        std::vector<std::string> flags = {}) const;

  // GET by curl, which trusts the exporter's CA.
  [[nodiscard]] CurlResult Get(const Exporter& exporter, const std::string& path,
                               Client client = Client::kNone,
                               std::vector<std::string> flags = {}) const;
  // The same over plain HTTP.
  [[nodiscard]] static CurlResult GetPlain(const Exporter& exporter, const std::string& path,
                                           std::vector<std::string> flags = {});

 private:
  void Add(const std::string& name, const Certificate& certificate) const;

  TempDir directory_;
};

}  // namespace stapling::testing
