#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <type_traits>

#include "tests/support/odd_key.h"
#include "tests/support/tls_session.h"

namespace stapling::testing {
namespace {

using GnuTlsSession =
    std::unique_ptr<std::remove_pointer_t<gnutls_session_t>, Freeing<gnutls_deinit>>;
using Credentials = std::unique_ptr<std::remove_pointer_t<gnutls_certificate_credentials_t>,
                                    Freeing<gnutls_certificate_free_credentials>>;
using PrivateKey =
    std::unique_ptr<std::remove_pointer_t<gnutls_privkey_t>, Freeing<gnutls_privkey_deinit>>;
using PublicKey =
    std::unique_ptr<std::remove_pointer_t<gnutls_pubkey_t>, Freeing<gnutls_pubkey_deinit>>;

// Of all messages together, what is sent included; 128 KiB are GnuTLS' own limit.
constexpr std::size_t kMaxHandshake = 1U << 24U;

// GnuTLS takes const octets through pointers that are not, and leaves them alone.
gnutls_datum_t Datum(const std::uint8_t* data, std::size_t size) {
  return {.data = const_cast<unsigned char*>(data), .size = static_cast<unsigned>(size)};
}

// What one connection shows: the chain as it is, without parsing it, and the staples.
struct Identity {
  PrivateKey private_key;
  PublicKey public_key;
  std::vector<gnutls_pcert_st> certificates;
  std::vector<gnutls_ocsp_data_st> staples;
};

// What the callbacks of one connection share; gnutls_session_get_ptr() leads here.
struct Session {
  TlsConnection record;
  Identity identity;
};

Session& SessionOf(gnutls_session_t session) {
  return *static_cast<Session*>(gnutls_session_get_ptr(session));
}

PrivateKey ImportKey(const Certificate& leaf) {
  gnutls_privkey_t key = nullptr;
  gnutls_privkey_init(&key);
  PrivateKey owned(key);
  const std::string pem = leaf.KeyPem();
  const gnutls_datum_t datum = Datum(reinterpret_cast<const std::uint8_t*>(pem.data()), pem.size());
  Require(gnutls_privkey_import_x509_raw(key, &datum, GNUTLS_X509_FMT_PEM, nullptr, 0) == 0,
          "importing a private key into GnuTLS");
  return owned;
}

// `octets` leads to their number.
int SignWithNoise(gnutls_privkey_t /*key*/, gnutls_sign_algorithm_t /*algorithm*/, void* octets,
                  unsigned /*flags*/, const gnutls_datum_t* /*message*/,
                  gnutls_datum_t* signature) {
  const Bytes noise = NoiseSignature(*static_cast<const std::size_t*>(octets));
  signature->size = static_cast<unsigned>(noise.size());
  signature->data = static_cast<unsigned char*>(gnutls_malloc(noise.size()));
  if (signature->data == nullptr) return GNUTLS_E_MEMORY_ERROR;
  std::ranges::copy(noise, signature->data);
  return 0;
}

// An RSA key that fits every algorithm.
int DescribeNoise(gnutls_privkey_t /*key*/, unsigned flags, void* /*octets*/) {
  if ((flags & GNUTLS_PRIVKEY_INFO_PK_ALGO) != 0) return GNUTLS_PK_RSA;
  if ((flags & GNUTLS_PRIVKEY_INFO_PK_ALGO_BITS) != 0) return 2048;
  return (flags & GNUTLS_PRIVKEY_INFO_HAVE_SIGN_ALGO) != 0 ? 1 : -1;
}

// `octets` must outlive it.
PrivateKey NoiseKey(const std::size_t& octets) {
  gnutls_privkey_t key = nullptr;
  gnutls_privkey_init(&key);
  PrivateKey owned(key);
  Require(gnutls_privkey_import_ext4(key, const_cast<std::size_t*>(&octets), SignWithNoise,
                                     SignWithNoise, nullptr, nullptr, DescribeNoise, 0) == 0,
          "making a key that signs with noise");
  return owned;
}

// The arguments must outlive it.
Identity MakeIdentity(const std::vector<Certificate>& chain, const Staples& staples,
                      const std::size_t& noise_signature) {
  static const std::uint8_t nothing = 0;
  Identity identity;
  identity.private_key = ImportKey(chain[0]);
  gnutls_pubkey_t public_key = nullptr;
  gnutls_pubkey_init(&public_key);
  identity.public_key.reset(public_key);
  Require(gnutls_pubkey_import_privkey(public_key, identity.private_key.get(), 0, 0) == 0,
          "taking the public key of a private key");
  if (noise_signature != 0) identity.private_key = NoiseKey(noise_signature);
  for (const Certificate& certificate : chain) {
    identity.certificates.push_back(
        {.pubkey = identity.certificates.empty() ? public_key : nullptr,
         .cert = Datum(certificate.Der().data(), certificate.Der().size()),
         .type = GNUTLS_CRT_X509});
  }
  for (const std::optional<Bytes>& staple : staples) {
    gnutls_ocsp_data_st& data = identity.staples.emplace_back();
    // A null pointer is no staple, any other with size 0 an empty one.
    if (staple) data.response = Datum(staple->empty() ? &nothing : staple->data(), staple->size());
  }
  return identity;
}

int OnCertificate(gnutls_session_t session, const gnutls_cert_retr_st* /*info*/,
                  gnutls_pcert_st** certificates, unsigned* certificate_count,
                  gnutls_ocsp_data_st** staples, unsigned* staple_count, gnutls_privkey_t* key,
                  unsigned* flags) {
  Identity& identity = SessionOf(session).identity;
  *certificates = identity.certificates.data();
  *certificate_count = static_cast<unsigned>(identity.certificates.size());
  *staples = identity.staples.data();
  *staple_count = static_cast<unsigned>(identity.staples.size());
  *key = identity.private_key.get();
  *flags = 0;  // all of it stays ours
  return 0;
}

int OnClientHello(gnutls_session_t session, unsigned /*type*/, unsigned /*when*/,
                  unsigned /*incoming*/, const gnutls_datum_t* message) {
  if (auto hello = ParseClientHello(Bytes(message->data, message->data + message->size))) {
    SessionOf(session).record.hello = std::move(*hello);
  }
  return 0;
}

std::string Priority(const TlsServerOptions& options) {
  std::string priority = "NORMAL:-VERS-ALL";
  const auto add = [&](TlsVersion version, const char* name) {
    if (options.min_version <= version && version <= options.max_version) priority += name;
  };
  add(TlsVersion::k13, ":+VERS-TLS1.3");
  add(TlsVersion::k12, ":+VERS-TLS1.2");
  add(TlsVersion::k11, ":+VERS-TLS1.1");
  add(TlsVersion::k10, ":+VERS-TLS1.0");
  return priority;
}

gnutls_certificate_request_t RequestMode(ClientCertificate wanted) {
  switch (wanted) {
    case ClientCertificate::kNotRequested:
      return GNUTLS_CERT_IGNORE;
    case ClientCertificate::kOptional:
      return GNUTLS_CERT_REQUEST;
    case ClientCertificate::kRequired:
      return GNUTLS_CERT_REQUIRE;
  }
  return GNUTLS_CERT_IGNORE;
}

void OfferAlpn(gnutls_session_t session, const std::vector<std::string>& names) {
  std::vector<gnutls_datum_t> list;
  list.reserve(names.size());
  for (const std::string& name : names) {
    list.push_back(Datum(reinterpret_cast<const std::uint8_t*>(name.data()), name.size()));
  }
  if (!list.empty()) {
    gnutls_alpn_set_protocols(session, list.data(), static_cast<unsigned>(list.size()), 0);
  }
}

void NoteHandshake(gnutls_session_t session, TlsConnection& record) {
  record.handshake_completed = true;
  // GnuTLS says "TLS1.3" where OpenSSL says "TLSv1.3".
  record.tls_version = gnutls_protocol_get_name(gnutls_protocol_get_version(session));
  record.tls_version.insert(3, "v");
  gnutls_datum_t alpn{};
  if (gnutls_alpn_get_selected_protocol(session, &alpn) == 0) {
    record.alpn.assign(alpn.data, alpn.data + alpn.size);
  }
  unsigned count = 0;
  const gnutls_datum_t* chain = gnutls_certificate_get_peers(session, &count);
  for (unsigned i = 0; i < count; ++i) {
    record.client_certificates.emplace_back(chain[i].data, chain[i].data + chain[i].size);
  }
}

Ending EndingOf(ssize_t result, int system_error) {
  switch (result) {
    case 0:
      return Ending::kCloseNotify;
    case GNUTLS_E_PREMATURE_TERMINATION:
      return Ending::kEof;
    case GNUTLS_E_PULL_ERROR:
    case GNUTLS_E_PUSH_ERROR:
      return system_error == ECONNRESET || system_error == EPIPE ? Ending::kReset : Ending::kEof;
    case GNUTLS_E_FATAL_ALERT_RECEIVED:
      return Ending::kAlert;
    default:
      return Ending::kFailed;
  }
}

GnuTlsSession NewSession(int fd, Session& shared, const Credentials& credentials,
                         const TlsServerOptions& options) {
  gnutls_session_t session = nullptr;
  Require(gnutls_init(&session, GNUTLS_SERVER | GNUTLS_NO_TICKETS | GNUTLS_NO_SIGNAL) == 0,
          "making a GnuTLS session");
  GnuTlsSession owned(session);
  gnutls_session_set_ptr(session, &shared);
  Require(gnutls_priority_set_direct(session, Priority(options).c_str(), nullptr) == 0,
          "setting GnuTLS priorities");
  gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials.get());
  gnutls_certificate_server_set_request(session, RequestMode(options.client_certificate));
  gnutls_handshake_set_hook_function(session, GNUTLS_HANDSHAKE_CLIENT_HELLO, GNUTLS_HOOK_PRE,
                                     OnClientHello);
  gnutls_handshake_set_timeout(session, GNUTLS_INDEFINITE_TIMEOUT);
  gnutls_handshake_set_max_packet_length(session, kMaxHandshake);
  OfferAlpn(session, options.alpn);
  gnutls_transport_set_int(session, fd);
  return owned;
}

}  // namespace

void ServeWithGnuTls(int fd, const std::vector<Certificate>& chain, const Staples& staples,
                     const TlsServerOptions& options, const Report& report) {
  gnutls_certificate_credentials_t allocated = nullptr;
  Require(gnutls_certificate_allocate_credentials(&allocated) == 0, "making GnuTLS credentials");
  const Credentials credentials(allocated);
  gnutls_certificate_set_retrieve_function3(credentials.get(), OnCertificate);
  Session shared;
  shared.identity = MakeIdentity(chain, staples, options.noise_signature);
  const GnuTlsSession session = NewSession(fd, shared, credentials, options);

  ssize_t result = 0;
  do {
    result = gnutls_handshake(session.get());
  } while (result < 0 && gnutls_error_is_fatal(static_cast<int>(result)) == 0);
  if (result == 0) {
    NoteHandshake(session.get(), shared.record);
    report(shared.record);
    std::array<char, 4096> ignored{};
    do {
      result = gnutls_record_recv(session.get(), ignored.data(), ignored.size());
    } while (result > 0 || (result < 0 && gnutls_error_is_fatal(static_cast<int>(result)) == 0));
  }
  shared.record.ending = EndingOf(result, errno);
  if (result < 0) {
    shared.record.error = gnutls_strerror(static_cast<int>(result));
    // An alert says why, as OpenSSL does by itself.
    if (!shared.record.handshake_completed) {
      gnutls_alert_send_appropriate(session.get(), static_cast<int>(result));
    }
  }
  if (shared.record.ending == Ending::kCloseNotify) gnutls_bye(session.get(), GNUTLS_SHUT_WR);
  report(shared.record);
}

}  // namespace stapling::testing
