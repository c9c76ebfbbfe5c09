// One handshake of core's client with a server on loopback, and its outcome in words.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "core/module.h"
#include "core/tls/handshake.h"
#include "core/x509/trust_store.h"
#include "tests/core/fixed_pki.h"
#include "tests/support/bytes.h"
#include "tests/support/pki.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {

inline std::ostream& operator<<(std::ostream& out, TlsVersion version) {
  return out << (version == TlsVersion::k13 ? "TLS 1.3" : "TLS 1.2");
}

// The name of a row that is a version.
inline std::string VersionName(const ::testing::TestParamInfo<TlsVersion>& row) {
  return row.param == TlsVersion::k13 ? "Tls13" : "Tls12";
}

// The library that this run is about: STAPLING_TEST_TLS_LIBRARY, openssl by default. Every test of
// handshakes and probes runs once for each.
stapling::TlsLibrary LibraryUnderTest();

// The one of two expected values that fits the library: for what the libraries do differently.
template <typename T>
T ByLibrary(T openssl, T gnutls) {
  return LibraryUnderTest() == stapling::TlsLibrary::kGnutls ? gnutls : openssl;
}

struct HandshakeCase {
  TlsSettings settings = {};
  std::vector<Certificate> trusted = {Pki().root};
  std::string server_name = "leaf.test";
  std::chrono::sys_seconds now = kNow;
  std::chrono::milliseconds patience = std::chrono::seconds(10);
  stapling::TlsLibrary library = LibraryUnderTest();
};

// Connects to 127.0.0.1. A failure to connect is the handshake's failure, of the phase connect.
Handshake ShakeHands(std::uint16_t port, const HandshakeCase& with = {});

// Serves leaf and intermediate unless `options` says otherwise. The test ends if it cannot.
std::unique_ptr<TlsServer> Serve(TlsServerOptions options = {});

std::shared_ptr<const TrustStore> TrustStoreOf(const std::vector<Certificate>& trusted);

// "handshake timeout"; empty without a failure.
std::string Words(const std::optional<Failure>& failure);
// "expired"; "verified"; "not checked".
std::string ChainWords(const Handshake& handshake);

std::vector<Bytes> Ders(const std::vector<Certificate>& certificates);
std::vector<Bytes> PresentedDers(const Handshake& handshake);
Staples PresentedStaples(const Handshake& handshake);

}  // namespace stapling::testing
