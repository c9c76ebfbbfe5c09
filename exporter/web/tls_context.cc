#include "exporter/web/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <string_view>

#include "core/x509/pem.h"
#include "core/x509/public_key_context.h"
#include "core/x509/text.h"
#include "exporter/config/yaml_reader.h"
#include "exporter/join.h"
#include "exporter/web/client_policy.h"

namespace stapling::exporter {
namespace {

// Forward secret, as Go's own default; TLS 1.3 has nothing else.
constexpr const char* kDefaultCipherSuites = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES";

// What an error calls a source: cert_file "/etc/tls/server.pem", or cert.
std::string NameOf(const PemSource& source, const std::string& key) {
  return source.file.empty() ? key : key + "_file \"" + CleanText(source.file) + "\"";
}

Result<std::string> TextOf(const PemSource& source, const std::string& key) {
  if (source.file.empty()) return source.text;
  auto text = ReadFile(source.file);
  if (!text) return Error{key + "_file: " + text.error()};
  return text;
}

std::string TakeReason() {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  ERR_clear_error();
  return reason == nullptr ? "unknown error" : reason;
}

BioPtr BioOf(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Result<std::vector<X509Ptr>> ReadCertificates(const PemSource& source, const std::string& key) {
  const auto text = TextOf(source, key);
  if (!text) return Error{text.error()};
  const BioPtr bio = BioOf(*text);
  std::vector<X509Ptr> certificates;
  while (X509Ptr certificate{PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr)}) {
    certificates.push_back(std::move(certificate));
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) return Error{NameOf(source, key) + " holds a damaged certificate"};
  if (certificates.empty()) return Error{NameOf(source, key) + " holds no PEM certificate"};
  return certificates;
}

std::optional<Error> UseCertificate(SSL_CTX* context, const TlsServerConfig& config) {
  const auto chain = ReadCertificates(config.certificate, "cert");
  if (!chain) return Error{chain.error()};
  const std::string name = NameOf(config.certificate, "cert");
  for (const X509Ptr& certificate : *chain) {
    const bool leaf = &certificate == &chain->front();
    const bool used = leaf ? SSL_CTX_use_certificate(context, certificate.get()) == 1
                           : SSL_CTX_add1_chain_cert(context, certificate.get()) == 1;
    if (!used) return Error{name + " cannot be used: " + TakeReason()};
  }
  const auto text = TextOf(config.key, "key");
  if (!text) return Error{text.error()};
  const std::string key_name = NameOf(config.key, "key");
  const PkeyPtr key(PEM_read_bio_PrivateKey(BioOf(*text).get(), nullptr, NoPassphrase, nullptr));
  if (!key) {
    ERR_clear_error();
    return Error{key_name + " holds no private key that can be read without a password"};
  }
  if (X509_check_private_key(chain->front().get(), key.get()) != 1) {
    ERR_clear_error();
    return Error{key_name + " does not belong to " + name};
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) == 1) return std::nullopt;
  return Error{key_name + " cannot be used: " + TakeReason()};
}

// Anchors need not be roots, as in Go. Clients are told the names, so that browsers can choose.
std::optional<Error> UseClientCas(SSL_CTX* context, const TlsServerConfig& config) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
  if (config.client_ca.empty()) {
    SSL_CTX_set_default_verify_paths(context);
    ERR_clear_error();
    return std::nullopt;
  }
  const auto anchors = ReadCertificates(config.client_ca, "client_ca");
  if (!anchors) return Error{anchors.error()};
  for (const X509Ptr& anchor : *anchors) {
    if (X509_STORE_add_cert(store, anchor.get()) != 1 ||
        SSL_CTX_add_client_CA(context, anchor.get()) != 1) {
      return Error{NameOf(config.client_ca, "client_ca") + " cannot be used: " + TakeReason()};
    }
  }
  return std::nullopt;
}

bool SetProtocol(SSL_CTX* context, const TlsServerConfig& config) {
  // OpenSSL allows what signs by SHA-1 at level 0 alone.
  if (config.min_version < TLS1_2_VERSION) SSL_CTX_set_security_level(context, 0);
  const int min_version = config.only_tls13_suites() ? TLS1_3_VERSION : config.min_version;
  const std::string suites =
      config.cipher_suites.empty() ? kDefaultCipherSuites : Join(config.cipher_suites, ":");
  const std::string curves = Join(config.curves, ":");
  return SSL_CTX_set_min_proto_version(context, min_version) == 1 &&
         SSL_CTX_set_max_proto_version(context, config.max_version) == 1 &&
         SSL_CTX_set_cipher_list(context, suites.c_str()) == 1 &&
         (curves.empty() || SSL_CTX_set1_groups_list(context, curves.c_str()) == 1);
}

int ChooseProtocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* chosen_size,
                   const unsigned char* offered, unsigned int offered_size, void* /*argument*/) {
  static constexpr std::string_view kHttp11 = "http/1.1";
  for (std::string_view rest(reinterpret_cast<const char*>(offered), offered_size);
       !rest.empty();) {
    const auto size = static_cast<unsigned char>(rest.front());
    if (rest.substr(1, size) == kHttp11) {
      *chosen = reinterpret_cast<const unsigned char*>(kHttp11.data());
      *chosen_size = static_cast<unsigned char>(kHttp11.size());
      return SSL_TLSEXT_ERR_OK;
    }
    rest.remove_prefix(std::min<std::size_t>(rest.size(), std::size_t{1} + size));
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

void SetBehaviour(SSL_CTX* context, const TlsServerConfig& config) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
  if (config.prefer_server_cipher_suites) {
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
  }
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  // A response may be sent in parts, from wherever it lies then; idle connections hold no buffers.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(context, &ChooseProtocol, nullptr);
}

}  // namespace

Result<SslCtxPtr> MakeTlsContext(const TlsServerConfig& config) {
  SslCtxPtr context(SSL_CTX_new_ex(PublicKeyContext(), nullptr, TLS_server_method()));
  if (!context) return Error{"cannot serve TLS: " + TakeReason()};
  SetBehaviour(context.get(), config);
  if (!SetProtocol(context.get(), config)) {
    return Error{"these versions, cipher suites and curves cannot be used together: " +
                 TakeReason()};
  }
  if (auto error = UseCertificate(context.get(), config)) return *error;
  if (config.client_auth != ClientAuth::kNone) {
    if (auto error = UseClientCas(context.get(), config)) return *error;
  }
  ApplyClientPolicy(context.get(), config.client_auth, config.client_allowed_sans);
  return context;
}

}  // namespace stapling::exporter
