#include "tests/core/tls/loopback_handshake.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

#include "core/net/connection.h"
#include "core/tls/tls_library.h"
#include "core/x509/certificate.h"
#include "tests/support/openssl_handle.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {

std::shared_ptr<const TrustStore> TrustStoreOf(const std::vector<Certificate>& trusted) {
  const TempDir directory;
  auto store = TrustStore::Load(directory.Write("ca.pem", PemChain(trusted)));
  Require(store.ok(), "loading a trust store");
  return *store;
}

stapling::TlsLibrary LibraryUnderTest() {
  static const auto library = [] {
    const char* name = std::getenv("STAPLING_TEST_TLS_LIBRARY");
    const std::string_view asked = name == nullptr ? "openssl" : name;
    Require(asked == "openssl" || asked == "gnutls", "choosing a TLS library");
    return asked == "gnutls" ? stapling::TlsLibrary::kGnutls : stapling::TlsLibrary::kOpenssl;
  }();
  return library;
}

Handshake ShakeHands(std::uint16_t port, const HandshakeCase& with) {
  const Deadline deadline = Deadline::After(with.patience);
  TlsSettings settings = with.settings;
  settings.library = with.library;
  const auto client = MakeTlsClient(settings, TrustStoreOf(with.trusted));
  if (!client) {
    ADD_FAILURE() << client.error();
    return {};
  }
  auto connected = Connect(*IpAddress::Parse("127.0.0.1"), port, {}, deadline);
  if (const auto* failure = std::get_if<Failure>(&connected)) {
    Handshake none;
    none.failure = *failure;
    return none;
  }
  return (*client)->Perform(std::get<FileDescriptor>(connected).get(),
                            {.server_name = with.server_name, .now = with.now}, deadline);
}

std::unique_ptr<TlsServer> Serve(TlsServerOptions options) {
  if (options.chain.empty()) options.chain = Pki().Chain(Pki().leaf);
  auto server = TlsServer::Start(std::move(options));
  Require(server.ok(), "starting a TLS server");
  return std::move(server).value();
}

std::string Words(const std::optional<Failure>& failure) {
  if (!failure) return "";
  return std::string(Describe(failure->phase).label) + " " +
         std::string(Describe(failure->reason).label);
}

std::string ChainWords(const Handshake& handshake) {
  if (!handshake.chain_checked) return "not checked";
  if (!handshake.chain_error) return "verified";
  return std::string(Describe(*handshake.chain_error).label);
}

std::vector<Bytes> Ders(const std::vector<Certificate>& certificates) {
  std::vector<Bytes> ders;
  ders.reserve(certificates.size());
  for (const Certificate& certificate : certificates) ders.push_back(certificate.Der());
  return ders;
}

std::vector<Bytes> PresentedDers(const Handshake& handshake) {
  std::vector<Bytes> ders;
  ders.reserve(handshake.chain.size());
  for (const PresentedCertificate& presented : handshake.chain) {
    ders.push_back(ToDer(presented.certificate.get()));
  }
  return ders;
}

Staples PresentedStaples(const Handshake& handshake) {
  Staples staples;
  staples.reserve(handshake.chain.size());
  for (const PresentedCertificate& presented : handshake.chain) {
    staples.push_back(presented.staple);
  }
  return staples;
}

}  // namespace stapling::testing
