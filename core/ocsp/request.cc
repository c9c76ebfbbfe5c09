#include "core/ocsp/request.h"

#include <openssl/evp.h>
#include <openssl/ocsp.h>

#include <new>

#include "core/base64.h"
#include "core/x509/clear_errors.h"
#include "core/x509/encode.h"
#include "core/x509/openssl_ptr.h"

namespace stapling {
namespace {

using CertIdPtr = std::unique_ptr<OCSP_CERTID, OpensslDeleter<OCSP_CERTID_free>>;
using RequestPtr = std::unique_ptr<OCSP_REQUEST, OpensslDeleter<OCSP_REQUEST_free>>;

// Null only without memory.
RequestPtr RequestAbout(X509* certificate, X509* issuer) {
  RequestPtr request(OCSP_REQUEST_new());
  CertIdPtr id(OCSP_cert_to_id(EVP_sha1(), certificate, issuer));
  if (!request || !id || OCSP_request_add0_id(request.get(), id.get()) == nullptr) return nullptr;
  static_cast<void>(id.release());  // the request's now
  return request;
}

}  // namespace

Bytes EncodeOcspRequest(X509* certificate, X509* issuer) {
  const RequestPtr request = RequestAbout(certificate, issuer);
  ClearErrors();
  // Not all that OpenSSL misses memory for is told in its queue.
  if (!request) throw std::bad_alloc();
  return EncodeDer(request.get(), i2d_OCSP_REQUEST);
}

std::optional<std::string> OcspGetPath(std::string_view responder_path, BytesView request) {
  if (responder_path.find('?') != std::string_view::npos) return std::nullopt;
  std::string path(responder_path);
  if (!path.ends_with('/')) path += '/';
  for (const char c : Base64(request)) {
    switch (c) {  // what a path may not hold as it is, or means something else in one
      case '/':
        path += "%2F";
        break;
      case '+':
        path += "%2B";
        break;
      case '=':
        path += "%3D";
        break;
      default:
        path += c;
    }
  }
  return path;
}

}  // namespace stapling
