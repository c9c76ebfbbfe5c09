#include "tests/fuzz/seed_pki.h"

#include <fstream>
#include <iterator>
#include <string>

#include "tests/fuzz/fuzz.h"

namespace stapling::fuzz {
namespace {

std::string ReadSeed(const char* name) {
  std::ifstream file(std::string(STAPLING_FUZZ_DIR) + "/seeds/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <typename Pointer, auto Decode>
Pointer Decoded(const std::string& der) {
  const auto* position = reinterpret_cast<const unsigned char*>(der.data());
  Pointer decoded(Decode(nullptr, &position, static_cast<long>(der.size())));
  Require(decoded != nullptr, "the seeds' certificates and keys are there");
  return decoded;
}

BasicResponsePtr DecodeBasic(BytesView response) {
  const unsigned char* position = response.data();
  const ResponsePtr decoded(
      d2i_OCSP_RESPONSE(nullptr, &position, static_cast<long>(response.size())));
  return BasicResponsePtr(decoded ? OCSP_response_get1_basic(decoded.get()) : nullptr);
}

}  // namespace

SeedPki::SeedPki()
    : certificate(Decoded<X509Ptr, d2i_X509>(ReadSeed("certificate.der"))),
      issuer(Decoded<X509Ptr, d2i_X509>(ReadSeed("issuer.der"))),
      issuer_key(Decoded<PkeyPtr, d2i_AutoPrivateKey>(ReadSeed("issuer_key.der"))),
      signer_key(Decoded<PkeyPtr, d2i_AutoPrivateKey>(ReadSeed("signer_key.der"))) {}

std::optional<Bytes> SignedAnew(BytesView response, EVP_PKEY* key) {
  const BasicResponsePtr basic = DecodeBasic(response);
  if (!basic) return std::nullopt;
  // OpenSSL's own OCSP_basic_sign would change the signed data, too.
  const int signed_octets =
      ASN1_item_sign(ASN1_ITEM_rptr(OCSP_RESPDATA),
                     const_cast<X509_ALGOR*>(OCSP_resp_get0_tbs_sigalg(basic.get())), nullptr,
                     const_cast<ASN1_OCTET_STRING*>(OCSP_resp_get0_signature(basic.get())),
                     OCSP_resp_get0_respdata(basic.get()), key, EVP_sha256());
  const ResponsePtr anew(OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
  unsigned char* encoded = nullptr;
  const int length = anew ? i2d_OCSP_RESPONSE(anew.get(), &encoded) : 0;
  const BufferPtr owner(encoded);
  Require(signed_octets > 0 && length > 0, "what was decoded can be signed");
  return Bytes(encoded, encoded + length);
}

bool IsSignedBy(BytesView response, EVP_PKEY* key) {
  const BasicResponsePtr basic = DecodeBasic(response);
  return basic &&
         ASN1_item_verify(ASN1_ITEM_rptr(OCSP_RESPDATA), OCSP_resp_get0_tbs_sigalg(basic.get()),
                          OCSP_resp_get0_signature(basic.get()),
                          OCSP_resp_get0_respdata(basic.get()), key) == 1;
}

}  // namespace stapling::fuzz
