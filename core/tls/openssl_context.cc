#include "core/tls/openssl_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "core/regular_file.h"
#include "core/tls/openssl_cost.h"
#include "core/x509/pem.h"
#include "core/x509/public_key_context.h"

namespace stapling {
namespace {

constexpr long kMaxCertificateMessage = 1L << 20;

int VersionNumber(TlsVersion version) {
  return version == TlsVersion::kTls12 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

std::string TakeErrorText() {
  const char* text = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return text != nullptr ? text : "unknown error";
}

// Why the text of a PEM file cannot be used: it holds no `what`, its key is that of another
// certificate, or OpenSSL's own word.
Error UseError(const std::string& subject, const std::string& what, const TlsSettings& settings) {
  const unsigned long first = ERR_peek_error();
  if (ERR_GET_LIB(first) == ERR_LIB_X509) {
    ERR_clear_error();
    return Error{subject + " does not belong to \"" + settings.cert_file + "\""};
  }
  const bool not_pem =
      ERR_GET_LIB(first) == ERR_LIB_PEM || ERR_GET_LIB(first) == ERR_LIB_OSSL_DECODER;
  const std::string text = TakeErrorText();
  return not_pem ? Error{subject + " holds no " + what}
                 : Error{"cannot use " + subject + ": " + text};
}

// The first certificate, and what stands below it as its chain.
bool UseChain(SSL_CTX* context, BIO* pem) {
  const X509Ptr leaf(PEM_read_bio_X509(pem, nullptr, NoPassphrase, nullptr));
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return false;
  while (const X509Ptr next{PEM_read_bio_X509(pem, nullptr, NoPassphrase, nullptr)}) {
    if (SSL_CTX_add1_chain_cert(context, next.get()) != 1) return false;
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (at_end) ERR_clear_error();
  return at_end;
}

bool UseKey(SSL_CTX* context, BIO* pem) {
  const PkeyPtr key(PEM_read_bio_PrivateKey(pem, nullptr, NoPassphrase, nullptr));
  return key && SSL_CTX_use_PrivateKey(context, key.get()) == 1;
}

std::optional<Error> UseClientCertificate(SSL_CTX* context, const TlsSettings& settings) {
  const auto use = [&](const std::string& role, const std::string& file, const std::string& what,
                       auto take) -> std::optional<Error> {
    const std::string subject = role + " file \"" + file + "\"";
    const auto text = ReadRegularFile(file, kMaxTlsFileBytes);
    if (!text) return Error{"cannot read " + subject + ": " + text.error()};
    const BioPtr bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
    if (bio && take(context, bio.get())) return std::nullopt;
    return UseError(subject, what, settings);
  };
  ERR_clear_error();
  if (auto error = use("client certificate", settings.cert_file, "PEM certificate", UseChain)) {
    return error;
  }
  const std::string& key_file = settings.key_file.empty() ? settings.cert_file : settings.key_file;
  return use("client key", key_file, "PEM private key", UseKey);
}

bool OfferAlpn(SSL_CTX* context, const std::vector<std::string>& protocols) {
  Bytes wire;
  for (const std::string& protocol : protocols) {
    wire.push_back(static_cast<std::uint8_t>(protocol.size()));
    wire.insert(wire.end(), protocol.begin(), protocol.end());
  }
  return wire.empty() ||
         SSL_CTX_set_alpn_protos(context, wire.data(), static_cast<unsigned>(wire.size())) == 0;
}

// Signature algorithms choose the certificate (RFC 8446 section 4.4.2.2), under TLS 1.2 together
// with the cipher suites.
bool AskForKeyType(SSL_CTX* context, KeyType type) {
  const bool rsa = type == KeyType::kRsa;
  return SSL_CTX_set1_sigalgs_list(
             context, rsa ? "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"
                            "rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:"
                            "RSA+SHA256:RSA+SHA384:RSA+SHA512:RSA+SHA1"
                          : "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ECDSA+SHA1") == 1 &&
         SSL_CTX_set_cipher_list(context, rsa ? "DEFAULT:!aECDSA" : "DEFAULT:!aRSA") == 1;
}

bool Configure(SSL_CTX* context, const TlsSettings& settings) {
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_max_cert_list(context, kMaxCertificateMessage);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  BoundHandshakeCost(context);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);  // a flight in one read, not in two for each record
  return SSL_CTX_set_min_proto_version(context, VersionNumber(settings.min_version)) == 1 &&
         SSL_CTX_set_max_proto_version(context, VersionNumber(settings.max_version)) == 1 &&
         (!settings.key_type || AskForKeyType(context, *settings.key_type)) &&
         OfferAlpn(context, settings.alpn);
}

}  // namespace

Result<SslCtxPtr> MakeOpensslContext(const TlsSettings& settings) {
  SslCtxPtr context(SSL_CTX_new_ex(PublicKeyContext(), nullptr, TLS_client_method()));
  if (!context || !Configure(context.get(), settings)) {
    return Error{"cannot set up TLS: " + TakeErrorText()};
  }
  if (!settings.cert_file.empty()) {
    if (const auto error = UseClientCertificate(context.get(), settings)) return *error;
  }
  return context;
}

}  // namespace stapling
