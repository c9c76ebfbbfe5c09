// What Go's crypto/tls calls versions, cipher suites, curves and client authentication, and what
// OpenSSL calls them.
//
// The cipher suites are those that tls.CipherSuites() had in any version of Go; the curves those
// that the exporter-toolkit knows. The tables document themselves: there is nothing beside them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace stapling::exporter {

struct GoName {
  std::string_view go;
  const char* openssl;
};

std::span<const GoName> GoCurves();

// Of TLS 1.2 and older, which can be chosen and ordered.
std::span<const GoName> GoCipherSuites();

// Of TLS 1.3: known by name, but always on, as in Go.
std::span<const std::string_view> GoTls13CipherSuites();

struct GoTlsVersion {
  std::string_view go;
  int openssl;  // TLS1_2_VERSION and so on
};

std::span<const GoTlsVersion> GoTlsVersions();

enum class ClientAuth : std::uint8_t {
  kNone,              // asks for no certificate
  kRequest,           // asks; takes any, or none
  kRequireAny,        // takes any, whoever signed it
  kVerifyIfGiven,     // takes none, or one that verifies
  kRequireAndVerify,  // takes one that verifies
};

// "RequireClientCert" is an old spelling of RequireAnyClientCert.
std::optional<ClientAuth> ParseClientAuth(std::string_view go);

}  // namespace stapling::exporter
