// A module: everything that decides how a probe is made and what it demands, as plain values.
//
// It names files but opens none, and knows no YAML; the exporter's configuration fills it in.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ocsp/judge.h"
#include "core/proxy/proxy.h"
#include "core/starttls/protocol.h"

namespace stapling {

enum class IpProtocol : std::uint8_t { kIp4, kIp6 };
enum class TlsLibrary : std::uint8_t { kOpenssl, kGnutls };
enum class TlsVersion : std::uint8_t { kTls12, kTls13 };
enum class KeyType : std::uint8_t { kRsa, kEcdsa };  // of the leaf's key

// Of which certificates the module demands a staple.
enum class StapleRequirement : std::uint8_t { kNever, kMustStaple, kExpected, kAlways };

struct StartTlsSettings {
  StartTls protocol = StartTls::kNone;  // a target's scheme beats it
  std::string ehlo_name;                // SMTP, LMTP; empty: this host's name
  std::string xmpp_domain;              // empty: the server name
  friend bool operator==(const StartTlsSettings&, const StartTlsSettings&) = default;
};

struct TlsSettings {
  TlsLibrary library = TlsLibrary::kOpenssl;
  std::string ca_file;    // PEM; empty: the system's trust store
  std::string cert_file;  // PEM, leaf first; empty: no client certificate
  std::string key_file;   // PEM; empty: the key is in cert_file
  std::string server_name;
  bool insecure_skip_verify = false;
  TlsVersion min_version = TlsVersion::kTls12;
  TlsVersion max_version = TlsVersion::kTls13;
  std::vector<std::string> alpn;
  std::optional<KeyType> key_type;  // the only one that is asked for; absent: any
  friend bool operator==(const TlsSettings&, const TlsSettings&) = default;
};

struct StapleSettings {
  StapleRequirement require = StapleRequirement::kMustStaple;
  bool chain = false;     // a missing staple counts below the leaf too
  unsigned attempts = 1;  // connections, one after the other; at least 1
  JudgePolicy policy;
  friend bool operator==(const StapleSettings&, const StapleSettings&) = default;
};

// What a probe tries side by side: every combination of these.
struct VarySettings {
  bool all_addresses = false;            // else the first
  std::vector<TlsVersion> tls_versions;  // in place of min_version to max_version; empty: those
  std::vector<KeyType> key_types;        // empty: whichever the server prefers
  std::size_t max_combinations = 32;
  [[nodiscard]] bool anything() const {
    return all_addresses || !tls_versions.empty() || !key_types.empty();
  }
  friend bool operator==(const VarySettings&, const VarySettings&) = default;
};

// What the CA itself is asked, beside the staple.
struct CrossCheckSettings {
  bool responder = false;      // the OCSP responder that the certificate names
  bool crl = false;            // the CRL that the certificate names
  bool chain = false;          // for the intermediates, too
  std::optional<Proxy> proxy;  // by which the CA is reached, whatever the target's is
  std::chrono::milliseconds min_interval{3'600'000};  // between two fetches of the same
  std::size_t max_crl_bytes = std::size_t{64} * 1024 * 1024;
  [[nodiscard]] bool anything() const { return responder || crl; }
  friend bool operator==(const CrossCheckSettings&, const CrossCheckSettings&) = default;
};

struct Module {
  std::string name;
  std::chrono::milliseconds timeout{10'000};
  IpProtocol preferred_ip_protocol = IpProtocol::kIp4;
  bool ip_protocol_fallback = true;
  std::string source_ip_address;  // an IP literal; empty: the system chooses
  std::optional<Proxy> proxy;     // which resolves the targets' names
  StartTlsSettings starttls;
  TlsSettings tls;
  StapleSettings staple;
  VarySettings vary;
  CrossCheckSettings cross_check;
  friend bool operator==(const Module&, const Module&) = default;
};

}  // namespace stapling
