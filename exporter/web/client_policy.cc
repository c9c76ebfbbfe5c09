#include "exporter/web/client_policy.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include "core/x509/openssl_ptr.h"
#include "core/x509/public_key_context.h"
#include "core/x509/relative_points.h"

namespace stapling::exporter {
namespace {

struct ClientPolicy {
  bool verify;
  std::optional<std::vector<std::string>> allowed_names;
};

void FreePolicy(void* /*parent*/, void* policy, CRYPTO_EX_DATA* /*data*/, int /*index*/,
                long /*argument*/, void* /*pointer*/) {
  delete static_cast<ClientPolicy*>(policy);  // NOLINT(cppcoreguidelines-owning-memory)
}

// Where a context keeps its policy, which it owns: connections may outlive everything else.
int PolicyIndex() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, &FreePolicy);
  return index;
}

// 1: accepted.
int JudgeBy(SSL_CTX* context, X509_STORE_CTX* chain) try {
  const auto* policy =
      static_cast<const ClientPolicy*>(SSL_CTX_get_ex_data(context, PolicyIndex()));
  if (policy == nullptr) return 0;  // there was no memory for it
  if (policy->verify && VerifyUnlessManyRelativePoints(chain, nullptr) != 1) return 0;
  if (!policy->allowed_names) return 1;
  for (const std::string& name : AlternativeNamesOf(X509_STORE_CTX_get0_cert(chain))) {
    if (std::ranges::find(*policy->allowed_names, name) != policy->allowed_names->end()) return 1;
  }
  X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
} catch (const std::bad_alloc&) {  // OpenSSL, whose callback this is, knows no exceptions
  X509_STORE_CTX_set_error(chain, X509_V_ERR_OUT_OF_MEM);
  return 0;
}

// In place of OpenSSL's own verification.
int Judge(X509_STORE_CTX* chain, void* /*argument*/) {
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  return JudgeBy(SSL_get_SSL_CTX(ssl), chain);
}

std::string TextOfIp(const ASN1_OCTET_STRING* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int length = ASN1_STRING_length(address);
  if (length != 4 && length != 16) return {};
  inet_ntop(length == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(address), text.data(),
            text.size());
  return text.data();
}

std::string TextOf(const GENERAL_NAME* name) {
  int type = 0;
  const void* value = GENERAL_NAME_get0_value(name, &type);
  if (type == GEN_IPADD) return TextOfIp(static_cast<const ASN1_OCTET_STRING*>(value));
  if (type != GEN_DNS && type != GEN_EMAIL && type != GEN_URI) return {};
  const auto* text = static_cast<const ASN1_STRING*>(value);
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, OpensslDeleter<GENERAL_NAMES_free>>;

int ModeOf(ClientAuth client_auth) {
  switch (client_auth) {
    case ClientAuth::kNone:
      return SSL_VERIFY_NONE;
    case ClientAuth::kRequest:
    case ClientAuth::kVerifyIfGiven:
      return SSL_VERIFY_PEER;
    case ClientAuth::kRequireAny:
    case ClientAuth::kRequireAndVerify:
      return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  }
  return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
}

}  // namespace

void ApplyClientPolicy(SSL_CTX* context, ClientAuth client_auth,
                       const std::optional<std::vector<std::string>>& allowed_names) {
  const bool verify =
      client_auth == ClientAuth::kVerifyIfGiven || client_auth == ClientAuth::kRequireAndVerify;
  auto policy = std::make_unique<ClientPolicy>(ClientPolicy{verify, allowed_names});
  if (SSL_CTX_set_ex_data(context, PolicyIndex(), policy.get()) == 1) {
    static_cast<void>(policy.release());  // the context's now
  }
  SSL_CTX_set_verify(context, ModeOf(client_auth), nullptr);
  SSL_CTX_set_cert_verify_callback(context, &Judge, nullptr);
}

bool WouldAdmit(SSL_CTX* context, SSL* connection) {
  const int mode = SSL_CTX_get_verify_mode(context);
  X509* leaf = SSL_get0_peer_certificate(connection);
  if (mode == SSL_VERIFY_NONE) return true;
  if (leaf == nullptr) return (mode & SSL_VERIFY_FAIL_IF_NO_PEER_CERT) == 0;
  const StoreContextPtr chain(X509_STORE_CTX_new_ex(PublicKeyContext(), nullptr));
  const bool ready = chain &&
                     X509_STORE_CTX_init(chain.get(), SSL_CTX_get_cert_store(context), leaf,
                                         SSL_get_peer_cert_chain(connection)) == 1 &&
                     X509_STORE_CTX_set_default(chain.get(), "ssl_client") == 1;
  if (ready) {
    X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(chain.get()),
                                     SSL_CTX_get_security_level(context));
  }
  const bool admitted = ready && JudgeBy(context, chain.get()) == 1;
  ERR_clear_error();
  return admitted;
}

std::vector<std::string> AlternativeNamesOf(X509* certificate) {
  std::vector<std::string> texts;
  const GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  ERR_clear_error();
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    std::string text = TextOf(sk_GENERAL_NAME_value(names.get(), i));
    if (!text.empty()) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace stapling::exporter
