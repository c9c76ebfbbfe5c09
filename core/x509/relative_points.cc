#include "core/x509/relative_points.h"

#include <memory>
#include <new>

#include "core/x509/decoded_extension.h"
#include "core/x509/openssl_ptr.h"

namespace stapling {
namespace {

using PointsPtr = std::unique_ptr<CRL_DIST_POINTS, OpensslDeleter<CRL_DIST_POINTS_free>>;

constexpr int kRelativeName = 1;  // DIST_POINT_NAME's choice; 0: fullName

int CountRelative(const CRL_DIST_POINTS* points) {
  int count = 0;
  for (int i = 0; i < sk_DIST_POINT_num(points); ++i) {
    const DIST_POINT_NAME* name = sk_DIST_POINT_value(points, i)->distpoint;
    if (name != nullptr && name->type == kRelativeName) ++count;
  }
  return count;
}

}  // namespace

// By OpenSSL's own decoder: what it would not decode, it would not write out. It takes no
// extension that is there twice.
bool HasManyRelativePoints(const X509* certificate) {
  const auto points = DecodedExtension<PointsPtr>(certificate, NID_crl_distribution_points);
  return points && CountRelative(points.get()) > 1;
}

bool AnyHasManyRelativePoints(const STACK_OF(X509) * certificates) {
  for (int i = 0; i < sk_X509_num(certificates); ++i) {
    if (HasManyRelativePoints(sk_X509_value(certificates, i))) return true;
  }
  return false;
}

// In a handshake the peer's own certificate is one of the untrusted ones, elsewhere it need not be.
// No exception may pass through OpenSSL.
int VerifyUnlessManyRelativePoints(X509_STORE_CTX* context, void* /*unused*/) {
  try {
    if (!AnyHasManyRelativePoints(X509_STORE_CTX_get0_untrusted(context)) &&
        !HasManyRelativePoints(X509_STORE_CTX_get0_cert(context))) {
      return X509_verify_cert(context);
    }
    X509_STORE_CTX_set_error(context, X509_V_ERR_INVALID_EXTENSION);
  } catch (const std::bad_alloc&) {
    X509_STORE_CTX_set_error(context, X509_V_ERR_OUT_OF_MEM);
  }
  return 0;
}

}  // namespace stapling
