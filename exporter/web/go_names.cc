#include "exporter/web/go_names.h"

#include <openssl/ssl.h>

#include <array>

namespace stapling::exporter {
namespace {

constexpr std::array<GoName, 4> kCurves = {
    {{"CurveP256", "P-256"}, {"CurveP384", "P-384"}, {"CurveP521", "P-521"}, {"X25519", "X25519"}}};

constexpr std::array<GoName, 14> kCipherSuites = {
    {{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
     {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"},
     {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"},
     {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA"},
     {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA"},
     {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"},
     {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
     {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"},
     {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA"},
     {"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA"},
     {"TLS_RSA_WITH_AES_128_GCM_SHA256", "AES128-GCM-SHA256"},
     {"TLS_RSA_WITH_AES_256_GCM_SHA384", "AES256-GCM-SHA384"},
     {"TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA"},
     {"TLS_RSA_WITH_AES_256_CBC_SHA", "AES256-SHA"}}};

constexpr std::array<std::string_view, 3> kTls13CipherSuites = {
    "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"};

constexpr std::array<GoTlsVersion, 4> kVersions = {{{"TLS10", TLS1_VERSION},
                                                    {"TLS11", TLS1_1_VERSION},
                                                    {"TLS12", TLS1_2_VERSION},
                                                    {"TLS13", TLS1_3_VERSION}}};

struct ClientAuthName {
  std::string_view go;
  ClientAuth value;
};

constexpr std::array<ClientAuthName, 6> kClientAuths = {
    {{"NoClientCert", ClientAuth::kNone},
     {"RequestClientCert", ClientAuth::kRequest},
     {"RequireAnyClientCert", ClientAuth::kRequireAny},
     {"RequireClientCert", ClientAuth::kRequireAny},
     {"VerifyClientCertIfGiven", ClientAuth::kVerifyIfGiven},
     {"RequireAndVerifyClientCert", ClientAuth::kRequireAndVerify}}};

}  // namespace

std::span<const GoName> GoCurves() { return kCurves; }
std::span<const GoName> GoCipherSuites() { return kCipherSuites; }
std::span<const std::string_view> GoTls13CipherSuites() { return kTls13CipherSuites; }
std::span<const GoTlsVersion> GoTlsVersions() { return kVersions; }

std::optional<ClientAuth> ParseClientAuth(std::string_view go) {
  for (const auto& [name, value] : kClientAuths) {
    if (name == go) return value;
  }
  return std::nullopt;
}

}  // namespace stapling::exporter
