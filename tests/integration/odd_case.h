// Servers whose certificates and staples are extreme, as rows: a name, what the server sends, and
// what a page may say of it.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "tests/integration/onslaught.h"
#include "tests/integration/site.h"
#include "tests/support/sanitizer.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {

struct OddRow {
  std::string name;
  std::vector<Certificate> chain;
  Staples staples = {};
  std::vector<std::string> outcomes;  // kSuccess only where the thing is honestly good
  // By "openssl_tls12", "gnutls_tls12", "openssl_tls13" or "gnutls_tls13", or by what these begin
  // with; no outcome at all: not tried there.
  std::map<std::string, std::vector<std::string>> instead = {};
  std::string hostname = "leaf.test";
  TlsLibrary server = TlsLibrary::kAutomatic;
  std::size_t noise_signature = 0;  // as TlsServerOptions has it
};

inline constexpr std::chrono::seconds kOddPatience{kSanitized ? 20 : 5};
// Modules for both libraries of this patience that trust `ca_file`, for a configuration.
std::string OddModules(const std::string& ca_file);
// Each row with both libraries and both TLS versions.
std::vector<AttackCase> OddCases(const std::vector<OddRow>& rows);
// Endures and weighs them, prints the figures, and fails for each that did not go well.
void ExpectEndured(const std::string& what, const Site& site, const std::vector<OddRow>& rows);

// A certificate for leaf.test and 127.0.0.1 as Site has them; change one thing.
CertificateSpec OddLeaf(const Site& site);
// So many answers, the last of which is about the leaf, and the others about this serial.
OcspResponseSpec ManyAnswers(const Site& site, std::size_t count, const Bytes& serial);
// An OBJECT IDENTIFIER of so many octets, nearly all of them one arc: in decimals, it costs time by
// their square (CVE-2023-2650).
Bytes LongOid(std::size_t octets);
// A good staple, of the leaf by its issuer.
Bytes GoodFor(const Site& site, const Certificate& leaf, const Certificate& issuer);

}  // namespace stapling::testing
