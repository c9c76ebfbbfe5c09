#include "core/tls/gnutls_client.h"

#include <openssl/err.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <new>
#include <utility>

#include "core/net/connection.h"
#include "core/regular_file.h"
#include "core/tls/chain_verification.h"
#include "core/tls/gnutls_failure.h"
#include "core/tls/gnutls_handle.h"
#include "core/tls/gnutls_opinion.h"
#include "core/tls/gnutls_peer.h"
#include "core/tls/gnutls_room.h"
#include "core/tls/refusal_patience.h"
#include "core/x509/certificate.h"

namespace stapling {
namespace {

// Small groups are no reason to end a handshake that only looks at staples.
constexpr unsigned kSmallestDhPrime = 512;

class GnutlsClient final : public TlsClient {
 public:
  GnutlsClient(const TlsSettings& settings, std::string priorities, GnutlsCredentials credentials,
               std::shared_ptr<const TrustStore> trust_store)
      : settings_(settings),
        priorities_(std::move(priorities)),
        credentials_(std::move(credentials)),
        trust_store_(std::move(trust_store)) {}

  [[nodiscard]] Handshake Perform(int socket, const HandshakeRequest& request,
                                  Deadline deadline) const override {
    ERR_clear_error();  // OpenSSL reads what GnuTLS collects; what is there is of earlier work
    const bool trust_loaded = LoadTrust();
    Handshake handshake{.library = "gnutls", .library_version = gnutls_check_version(nullptr)};
    GnutlsPeer peer{.socket = socket,
                    .deadline = deadline,
                    .clues = {.client_certificate_sent = !settings_.cert_file.empty()}};
    const GnutlsSession session = Open(request, peer);
    if (!session) {
      handshake.failure = Failure{Phase::kHandshake, Reason::kResources, "no TLS session"};
      return handshake;
    }
    handshake.failure = Shake(session.get(), peer);
    handshake.client_certificate_requested = peer.clues.client_certificate_requested;
    handshake.past_staple = peer.past_staple;
    Collect(session.get(), peer.staples, handshake);
    VerifyChain(handshake, *trust_store_, request);
    if (!handshake.failure) {
      const bool stapled = !handshake.chain.empty() && handshake.chain.front().staple;
      if (stapled && trust_loaded) handshake.opinion = GnutlsOpinion(session.get());
      gnutls_bye(session.get(), GNUTLS_SHUT_WR);
    }
    return handshake;
  }

 private:
  // For the opinion alone, which reads it without the lock: nobody may ask for one before it is
  // loaded, as others still try to. False as long as it cannot be.
  bool LoadTrust() const {
    const std::lock_guard lock(trust_mutex_);
    if (trust_loaded_) return true;
    const auto text = ReadRegularFile(TrustStore::PathOf(settings_.ca_file), kMaxTlsFileBytes);
    if (!text) return false;
    const gnutls_datum_t pem = DatumOf(*text);
    try {
      const GnutlsRoom room(GnutlsRoom::ToRead(text->size()));
      trust_loaded_ =
          gnutls_certificate_set_x509_trust_mem(credentials_.get(), &pem, GNUTLS_X509_FMT_PEM) > 0;
    } catch (const std::bad_alloc&) {  // no reason to fail the probe
    }
    return trust_loaded_;
  }

  [[nodiscard]] GnutlsSession Open(const HandshakeRequest& request, GnutlsPeer& peer) const {
    const GnutlsRoom room;
    auto session = MakeGnutls<GnutlsSession>([](gnutls_session_t* made) {
      return gnutls_init(made,
                         GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS | GNUTLS_NO_SIGNAL);
    });
    if (!session || !Configure(session.get(), request)) return nullptr;
    peer.Attach(session.get());
    return session;
  }

  [[nodiscard]] bool Configure(gnutls_session_t session, const HandshakeRequest& request) const {
    if (gnutls_priority_set_direct(session, priorities_.c_str(), nullptr) < 0 ||
        gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials_.get()) < 0 ||
        gnutls_ocsp_status_request_enable_client(session, nullptr, 0, nullptr) < 0) {
      return false;
    }
    gnutls_dh_set_prime_bits(session, kSmallestDhPrime);
    gnutls_handshake_set_timeout(session, 0);  // the deadline is ours
    const std::string& name = request.server_name;
    return (name.empty() ||
            gnutls_server_name_set(session, GNUTLS_NAME_DNS, name.data(), name.size()) >= 0) &&
           OfferAlpn(session);
  }

  [[nodiscard]] bool OfferAlpn(gnutls_session_t session) const {
    std::vector<gnutls_datum_t> protocols;
    for (const std::string& protocol : settings_.alpn) {
      const auto* data = reinterpret_cast<const std::uint8_t*>(protocol.data());
      protocols.push_back(DatumOf({data, protocol.size()}));
    }
    return protocols.empty() ||
           gnutls_alpn_set_protocols(session, protocols.data(),
                                     static_cast<unsigned>(protocols.size()), 0) >= 0;
  }

  // Waits as the last call asks; false when the deadline passed.
  static bool Wait(gnutls_session_t session, int socket, Deadline deadline) {
    const bool reading = gnutls_record_get_direction(session) == 0;
    return WaitFor(socket, reading ? POLLIN : POLLOUT, deadline) == Ready::kReady;
  }

  static int Step(gnutls_session_t session, std::size_t received) {
    // One message of certificates is read at a time; with it may come one of staples.
    const GnutlsRoom room(GnutlsRoom::ToRead(std::min(received, 2 * GnutlsPeer::kMaxMessage)));
    errno = 0;
    return gnutls_handshake(session);
  }

  static std::optional<Failure> Shake(gnutls_session_t session, GnutlsPeer& peer) {
    HandshakeClues& clues = peer.clues;
    const Deadline deadline = peer.deadline;
    const auto began = Deadline::Clock::now();
    for (;;) {
      const int result = Step(session, peer.received);
      const int error_number = errno;
      clues.client_certificate_requested =
          gnutls_certificate_client_get_request_status(session) != 0;
      if (result == GNUTLS_E_SUCCESS) break;
      if (gnutls_error_is_fatal(result) != 0) {
        return GnutlsHandshakeFailure(session, result, error_number, clues);
      }
      const bool must_wait = result == GNUTLS_E_AGAIN;
      if (deadline.Passed() || (must_wait && !Wait(session, peer.socket, deadline))) {
        const char* what = clues.peer_spoke ? "the handshake was not finished in time"
                                            : "the peer did not answer the ClientHello";
        return Failure{Phase::kHandshake, Reason::kTimeout, what};
      }
    }
    const bool may_still_refuse =
        gnutls_protocol_get_version(session) == GNUTLS_TLS1_3 && clues.client_certificate_requested;
    if (!may_still_refuse) return std::nullopt;
    return AwaitRefusal(session, peer, PatienceForRefusal(deadline, began));
  }

  // See the OpenSSL client: under TLS 1.3 a refusal comes after the handshake, as an alert.
  static std::optional<Failure> AwaitRefusal(gnutls_session_t session, GnutlsPeer& peer,
                                             Deadline patience) {
    while (!patience.Passed() && Wait(session, peer.socket, patience)) {
      char first = 0;
      errno = 0;
      const ssize_t result = gnutls_record_recv(session, &first, 1);
      const int error_number = errno;
      if (result >= 0) break;
      if (gnutls_error_is_fatal(static_cast<int>(result)) != 0) {
        return GnutlsHandshakeFailure(session, static_cast<int>(result), error_number, peer.clues);
      }
    }
    return std::nullopt;
  }

  // As far as the handshake came: GnuTLS keeps the peer's certificates of one that failed later.
  static void Collect(gnutls_session_t session, std::vector<std::optional<Bytes>>& staples,
                      Handshake& handshake) {
    unsigned count = 0;
    const gnutls_datum_t* peers = gnutls_certificate_get_peers(session, &count);
    if (peers == nullptr) count = 0;
    handshake.staples_for_chain = gnutls_protocol_get_version(session) == GNUTLS_TLS1_3;
    count = std::min<unsigned>(count, kMaxPresentedCertificates + 1);  // one tells of the others
    staples.resize(std::max<std::size_t>(staples.size(), count));
    for (unsigned i = 0; i < count; ++i) {
      const BytesView der(peers[i].data, peers[i].size);
      X509Ptr certificate = DecodeCertificate(der);
      if (!certificate) {  // GnuTLS looks less closely; nobody could judge what comes from here on
        if (!handshake.failure) {
          handshake.failure = Failure{Phase::kHandshake, Reason::kProtocolError,
                                      "certificate " + std::to_string(i) + " cannot be decoded"};
        }
        break;
      }
      handshake.chain.push_back({.certificate = std::move(certificate),
                                 .staple = std::move(staples[i]),
                                 .sha256 = Sha256Of({der})});
    }
    if (count > 0) DescribeSession(session, handshake);
  }

  static void DescribeSession(gnutls_session_t session, Handshake& handshake) {
    handshake.version =
        gnutls_protocol_get_version(session) == GNUTLS_TLS1_3 ? "TLS 1.3" : "TLS 1.2";
    if (const char* cipher = gnutls_ciphersuite_get(session)) handshake.cipher = cipher;
    gnutls_datum_t protocol{};
    if (gnutls_alpn_get_selected_protocol(session, &protocol) >= 0) {
      handshake.alpn.assign(protocol.data, protocol.data + protocol.size);
    }
  }

  TlsSettings settings_;
  std::string priorities_;
  GnutlsCredentials credentials_;
  std::shared_ptr<const TrustStore> trust_store_;
  mutable std::mutex trust_mutex_;
  mutable bool trust_loaded_ = false;
};

// Signature algorithms choose the certificate (RFC 8446 section 4.4.2.2), under TLS 1.2 together
// with the key exchange.
std::string SignatureAlgorithms(std::optional<KeyType> type) {
  if (!type) return ":+SIGN-RSA-SHA1:+SIGN-ECDSA-SHA1";
  if (*type == KeyType::kRsa) {
    return ":-SIGN-ALL:+SIGN-RSA-PSS-RSAE-SHA256:+SIGN-RSA-PSS-RSAE-SHA384"
           ":+SIGN-RSA-PSS-RSAE-SHA512:+SIGN-RSA-PSS-SHA256:+SIGN-RSA-PSS-SHA384"
           ":+SIGN-RSA-PSS-SHA512:+SIGN-RSA-SHA256:+SIGN-RSA-SHA384:+SIGN-RSA-SHA512"
           ":+SIGN-RSA-SHA1:-ECDHE-ECDSA";
  }
  return ":-SIGN-ALL:+SIGN-ECDSA-SHA256:+SIGN-ECDSA-SHA384:+SIGN-ECDSA-SHA512"
         ":+SIGN-ECDSA-SECP256R1-SHA256:+SIGN-ECDSA-SECP384R1-SHA384"
         ":+SIGN-ECDSA-SECP521R1-SHA512:+SIGN-ECDSA-SHA1:-ECDHE-RSA:-DHE-RSA:-RSA";
}

std::string Priorities(const TlsSettings& settings) {
  std::string versions;
  if (settings.max_version == TlsVersion::kTls13) versions += ":+VERS-TLS1.3";
  if (settings.min_version == TlsVersion::kTls12) versions += ":+VERS-TLS1.2";
  return "NORMAL:-VERS-ALL" + versions + SignatureAlgorithms(settings.key_type) +
         ":%VERIFY_ALLOW_BROKEN";
}

std::optional<Error> UseClientCertificate(gnutls_certificate_credentials_t credentials,
                                          const TlsSettings& settings) {
  const std::string& key_file = settings.key_file.empty() ? settings.cert_file : settings.key_file;
  const std::string certificate_name = "client certificate file \"" + settings.cert_file + "\"";
  const std::string key_name = "key file \"" + key_file + "\"";
  const auto certificate = ReadRegularFile(settings.cert_file, kMaxTlsFileBytes);
  if (!certificate) return Error{"cannot read " + certificate_name + ": " + certificate.error()};
  const auto key = ReadRegularFile(key_file, kMaxTlsFileBytes);
  if (!key) return Error{"cannot read client " + key_name + ": " + key.error()};
  const gnutls_datum_t certificate_pem = DatumOf(*certificate);
  const gnutls_datum_t key_pem = DatumOf(*key);
  const GnutlsRoom room(GnutlsRoom::ToRead(certificate->size() + key->size()));
  const int result = gnutls_certificate_set_x509_key_mem(credentials, &certificate_pem, &key_pem,
                                                         GNUTLS_X509_FMT_PEM);
  if (result >= 0) return std::nullopt;
  return Error{"cannot use " + certificate_name + " with " + key_name + ": " +
               gnutls_strerror(result)};
}

}  // namespace

Result<std::unique_ptr<TlsClient>> MakeGnutlsClient(const TlsSettings& settings,
                                                    std::shared_ptr<const TrustStore> trust_store) {
  auto credentials = MakeGnutls<GnutlsCredentials>(gnutls_certificate_allocate_credentials);
  if (!credentials) return Error{"out of memory for TLS credentials"};
  if (!settings.cert_file.empty()) {
    if (auto error = UseClientCertificate(credentials.get(), settings)) return *error;
  }
  return std::unique_ptr<TlsClient>(std::make_unique<GnutlsClient>(
      settings, Priorities(settings), std::move(credentials), std::move(trust_store)));
}

}  // namespace stapling
