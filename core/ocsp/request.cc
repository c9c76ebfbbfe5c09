#include "core/ocsp/request.h"

#include <openssl/evp.h>
#include <openssl/ocsp.h>

#include <memory>

namespace stapling {
namespace {

struct RequestFree {
  void operator()(OCSP_REQUEST* request) const { OCSP_REQUEST_free(request); }
};

std::string Base64(BytesView bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

}  // namespace

Bytes EncodeOcspRequest(X509* certificate, X509* issuer) {
  const std::unique_ptr<OCSP_REQUEST, RequestFree> request(OCSP_REQUEST_new());
  OCSP_CERTID* id = OCSP_cert_to_id(EVP_sha1(), certificate, issuer);
  if (id == nullptr) return {};
  if (OCSP_request_add0_id(request.get(), id) == nullptr) {
    OCSP_CERTID_free(id);
    return {};
  }
  unsigned char* der = nullptr;
  const int length = i2d_OCSP_REQUEST(request.get(), &der);
  if (length <= 0) return {};
  Bytes encoded(der, der + length);
  OPENSSL_free(der);
  return encoded;
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
