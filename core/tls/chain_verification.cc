#include "core/tls/chain_verification.h"

#include <new>

#include "core/x509/clear_errors.h"

namespace stapling {
namespace {

constexpr int kSecurityLevel = 2;  // OpenSSL's: 112 bits

CertificateStackPtr StackOf(const std::vector<PresentedCertificate>& chain) {
  CertificateStackPtr stack(sk_X509_new_null());
  for (const PresentedCertificate& presented : chain) {
    X509Ptr certificate = Share(presented.certificate.get());
    if (!stack || sk_X509_push(stack.get(), certificate.get()) <= 0) throw std::bad_alloc();
    static_cast<void>(certificate.release());  // the stack's now
  }
  return stack;
}

bool Prepare(X509_STORE_CTX* context, const TrustStore& trust_store, const Handshake& handshake,
             STACK_OF(X509) * untrusted, std::chrono::sys_seconds now) {
  X509* leaf = handshake.chain.front().certificate.get();
  if (X509_STORE_CTX_init(context, trust_store.get(), leaf, untrusted) != 1 ||
      X509_STORE_CTX_set_default(context, "ssl_server") != 1) {
    return false;
  }
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_auth_level(parameters, kSecurityLevel);
  X509_VERIFY_PARAM_set_time(parameters, now.time_since_epoch().count());
  return true;
}

}  // namespace

void VerifyChain(Handshake& handshake, const TrustStore& trust_store,
                 std::chrono::sys_seconds now) {
  if (handshake.chain.empty()) return;
  const CertificateStackPtr untrusted = StackOf(handshake.chain);
  const StoreContextPtr context(X509_STORE_CTX_new());
  if (!context || !Prepare(context.get(), trust_store, handshake, untrusted.get(), now)) {
    throw std::bad_alloc();
  }
  const bool verified = X509_verify_cert(context.get()) == 1;
  const int error = X509_STORE_CTX_get_error(context.get());
  if (error == X509_V_ERR_OUT_OF_MEM) throw std::bad_alloc();
  handshake.chain_checked = true;
  handshake.chain_error = ChainError::kOther;
  // Only of a chain that verified: a failed verification hands one out, too.
  if (verified && error == X509_V_OK) {
    const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context.get());
    for (int i = 0; i < sk_X509_num(chain); ++i) {
      handshake.verified_chain.push_back(Share(sk_X509_value(chain, i)));
    }
    handshake.chain_error.reset();
  } else {
    handshake.chain_error = ChainErrorOf(error);
    handshake.chain_error_detail = X509_verify_cert_error_string(error);
  }
  ClearErrors();
}

}  // namespace stapling
