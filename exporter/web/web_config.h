// The file of --web.config.file: the format of the Prometheus exporter-toolkit, every key of it.
//
// Plain values, checked as far as one can without opening the files that they name. Reading is all
// or nothing: the first mistake is returned as one sentence that names file, line and key, and
// never quotes a hash or a private key. A key without a value counts as absent, as in the toolkit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "exporter/http/message.h"
#include "exporter/web/go_names.h"
#include "exporter/web/rate_limiter.h"

namespace stapling::exporter {

// Text of a PEM file, or where it is; a file counts more than text.
struct PemSource {
  std::string text = {};
  std::string file = {};  // absolute
  friend bool operator==(const PemSource&, const PemSource&) = default;

  [[nodiscard]] bool empty() const { return text.empty() && file.empty(); }
};

struct TlsServerConfig {
  PemSource certificate = {};
  PemSource key = {};
  PemSource client_ca = {};  // none, and verification wanted: the system's
  ClientAuth client_auth = ClientAuth::kNone;
  std::optional<std::vector<std::string>> client_allowed_sans = {};
  int min_version = 0x0303;  // as in the protocol: TLS 1.2
  int max_version = 0x0304;
  std::vector<std::string> cipher_suites = {};  // OpenSSL's names, TLS 1.2 and older
  bool cipher_suites_given = false;
  std::vector<std::string> curves = {};  // OpenSSL's names; none: its default
  bool prefer_server_cipher_suites = true;

  // Suites were named, and none that TLS 1.2 has.
  [[nodiscard]] bool only_tls13_suites() const {
    return cipher_suites_given && cipher_suites.empty();
  }
};

struct WebConfig {
  std::optional<TlsServerConfig> tls = {};  // absent: plain HTTP
  bool http2_wanted = false;                // the file says so
  bool users_wanted = false;                // the file has the key, perhaps nobody below it
  HeaderList headers = {};
  std::map<std::string, std::string> users = {};  // names to bcrypt hashes; none: everybody
  RateLimit rate_limit = {};
};

// Reads and checks a file. Relative file names in it are relative to its directory.
Result<WebConfig> ReadWebConfig(const std::string& file);

// The same of text; `file` is what the errors call it and whose directory counts.
Result<WebConfig> ParseWebConfig(const std::string& yaml, const std::string& file);

// What is allowed but unlikely to be what its author thinks, a sentence each.
std::vector<std::string> WarningsOf(const WebConfig& config);

// What `next` would do that a running exporter does not: "TLS cannot be turned off". A file that
// was cut off, by a full disk or a look in the middle of a write, is often a valid one that
// demands less: what strangers may not do is not taken back without a restart.
std::optional<std::string> ChangeThatWantsRestart(const WebConfig& now, const WebConfig& next);

// The files that it names.
std::vector<std::string> FilesOf(const WebConfig& config);

}  // namespace stapling::exporter
