#include "core/tls/chain_verification.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include "core/fact_cache.h"
#include "core/x509/certificate.h"
#include "core/x509/clear_errors.h"
#include "core/x509/issuer.h"
#include "core/x509/relative_points.h"

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

// False: it was cut.
bool CutToMaximum(Handshake& handshake) {
  if (handshake.chain.size() <= kMaxPresentedCertificates) return true;
  handshake.chain.resize(kMaxPresentedCertificates);
  handshake.failure = Failure{
      Phase::kHandshake, Reason::kChainTooLarge,
      "more than " + std::to_string(kMaxPresentedCertificates) + " certificates were presented"};
  return false;
}

// A chain ends before a certificate that OpenSSL must not be asked about, and is none to believe
// in. False: it was cut.
bool CutBeforeManyRelativePoints(Handshake& handshake) {
  const auto costly = std::ranges::find_if(handshake.chain, [](const auto& presented) {
    return HasManyRelativePoints(presented.certificate.get());
  });
  if (costly == handshake.chain.end()) return true;
  handshake.chain.erase(costly, handshake.chain.end());
  handshake.failure = Failure{Phase::kHandshake, Reason::kChainTooLarge,
                              "a certificate has several CRL distribution points with relative "
                              "names, which would take more memory than there is"};
  return false;
}

// The trust store, and every certificate in its place.
Sha256Digest KeyOf(const std::vector<PresentedCertificate>& chain, const TrustStore& trust_store) {
  Bytes identity;
  identity.reserve(sizeof(std::uint64_t) + chain.size() * sizeof(Sha256Digest));
  for (unsigned shift = 0; shift < 64; shift += 8) {
    identity.push_back(static_cast<std::uint8_t>(trust_store.generation() >> shift));
  }
  for (const PresentedCertificate& presented : chain) {
    identity.insert(identity.end(), presented.sha256.begin(), presented.sha256.end());
  }
  return Sha256Of({identity});
}

void ReadCertificates(Handshake& handshake) {
  for (std::size_t depth = 0; depth < handshake.chain.size(); ++depth) {
    PresentedCertificate& presented = handshake.chain[depth];
    if (depth <= kMaxReportedDepth) {
      presented.facts = ReadFacts(presented.certificate.get());
    } else {
      presented.facts.validity = ValidityOf(presented.certificate.get());
    }
  }
  const PresentedCertificate& leaf = handshake.chain.front();
  handshake.leaf =
      std::make_shared<const CertificateLabels>(ReadLabels(leaf.certificate.get(), leaf.sha256));
}

// Where the way goes through this certificate: as the server sent it, or out of the trust store.
VerifiedChain::Link LinkOf(X509* certificate, const std::vector<PresentedCertificate>& chain) {
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (chain[i].certificate.get() == certificate) return {.presented = i, .anchor = {}};
  }
  return {.presented = {}, .anchor = Identify(Share(certificate))};
}

// An end that one of them lacks is lacking: such a chain never holds.
Validity Intersection(const Validity& a, const Validity& b) {
  if (!a.not_before || !a.not_after || !b.not_before || !b.not_after) return {};
  return {.not_before = std::max(*a.not_before, *b.not_before),
          .not_after = std::min(*a.not_after, *b.not_after)};
}

// Where the leaf itself is an anchor, OpenSSL leaves behind it what was sent as its issuers and
// makes sure only that the keys fit, which a made one does: nothing vouches for what follows an
// anchor but its own signature.
VerifiedChain TakeVerifiedChain(X509_STORE_CTX* context, const Handshake& handshake) {
  VerifiedChain verified;
  const STACK_OF(X509)* way = X509_STORE_CTX_get0_chain(context);
  const int anchor = X509_STORE_CTX_get_num_untrusted(context);
  for (int i = 0; i < sk_X509_num(way); ++i) {
    X509* certificate = sk_X509_value(way, i);
    if (i > anchor && !Issued(certificate, sk_X509_value(way, i - 1))) break;
    verified.links.push_back(LinkOf(certificate, handshake.chain));
    const Validity validity = ValidityOf(certificate);
    verified.validity = i == 0 ? validity : Intersection(verified.validity, validity);
  }
  for (const PresentedCertificate& presented : handshake.chain) {
    verified.facts.push_back(presented.facts);
  }
  verified.leaf = handshake.leaf;
  return verified;
}

// Facts of the certificates included: they are the same octets.
void Believe(Handshake& handshake, const VerifiedChain& verified) {
  for (const VerifiedChain::Link& link : verified.links) {
    const PresentedCertificate* presented =
        link.presented ? &handshake.chain[*link.presented] : nullptr;
    X509* certificate = (presented ? presented->certificate : link.anchor.certificate).get();
    handshake.verified_chain.push_back(
        {.certificate = Share(certificate),
         .sha256 = presented ? presented->sha256 : link.anchor.sha256});
  }
  handshake.verified_validity = verified.validity;
  for (std::size_t i = 0; i < handshake.chain.size(); ++i) {
    handshake.chain[i].facts = verified.facts[i];
  }
  handshake.leaf = verified.leaf;
}

// Null: it does not verify, and `handshake` says why.
std::shared_ptr<const VerifiedChain> Verify(Handshake& handshake, const TrustStore& trust_store,
                                            std::chrono::sys_seconds now) {
  const CertificateStackPtr untrusted = StackOf(handshake.chain);
  const StoreContextPtr context(X509_STORE_CTX_new());
  if (!context || !Prepare(context.get(), trust_store, handshake, untrusted.get(), now)) {
    throw std::bad_alloc();
  }
  const bool verified = X509_verify_cert(context.get()) == 1;
  const int error = X509_STORE_CTX_get_error(context.get());
  if (error == X509_V_ERR_OUT_OF_MEM) throw std::bad_alloc();
  // Only of a chain that verified: a failed verification hands one out, too.
  if (!verified || error != X509_V_OK) {
    handshake.chain_error = ChainErrorOf(error);
    handshake.chain_error_detail = X509_verify_cert_error_string(error);
    return nullptr;
  }
  return std::make_shared<const VerifiedChain>(TakeVerifiedChain(context.get(), handshake));
}

}  // namespace

void VerifyChain(Handshake& handshake, const TrustStore& trust_store,
                 const HandshakeRequest& request) {
  if (handshake.chain.empty()) return;
  bool whole = CutToMaximum(handshake);
  const Sha256Digest key = KeyOf(handshake.chain, trust_store);
  const auto holds = [&](const VerifiedChain& known) { return known.Holds(request.now); };
  auto verified = request.verified_chains ? request.verified_chains->Find(key, holds) : nullptr;
  if (!verified) {
    whole = CutBeforeManyRelativePoints(handshake) && whole;
    if (handshake.chain.empty()) return;
    ReadCertificates(handshake);
    verified = Verify(handshake, trust_store, request.now);
    ClearErrors();  // what was read without memory is not kept
    if (verified && whole && request.verified_chains) {
      request.verified_chains->Keep(key, verified, verified->Bytes());
    }
  }
  if (verified) Believe(handshake, *verified);
  handshake.chain_checked = true;
}

}  // namespace stapling
