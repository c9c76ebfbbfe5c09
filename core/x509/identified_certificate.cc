#include "core/x509/identified_certificate.h"

#include <new>
#include <utility>

#include "core/x509/certificate.h"

namespace stapling {

IdentifiedCertificate Identify(X509Ptr certificate) {
  if (!certificate) return {};
  const Bytes der = ToDer(certificate.get());
  if (der.empty()) throw std::bad_alloc();
  return {.certificate = std::move(certificate), .sha256 = Sha256Of({der})};
}

}  // namespace stapling
