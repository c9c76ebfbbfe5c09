#include "tests/support/signing.h"

#include <openssl/rsa.h>

#include "tests/support/der.h"
#include "tests/support/openssl_handle.h"

namespace stapling::testing {
namespace {

struct DigestOids {
  const char* name;
  const char* digest;
  const char* with_rsa;    // RFC 8017 appendix C
  const char* with_ecdsa;  // RFC 5758 §3.2; MD5 has none
};

constexpr DigestOids kDigestOids[] = {
    {"MD5", "1.2.840.113549.2.5", "1.2.840.113549.1.1.4", ""},
    {"SHA1", "1.3.14.3.2.26", "1.2.840.113549.1.1.5", "1.2.840.10045.4.1"},
    {"SHA224", "2.16.840.1.101.3.4.2.4", "1.2.840.113549.1.1.14", "1.2.840.10045.4.3.1"},
    {"SHA256", "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"},
    {"SHA384", "2.16.840.1.101.3.4.2.2", "1.2.840.113549.1.1.12", "1.2.840.10045.4.3.3"},
    {"SHA512", "2.16.840.1.101.3.4.2.3", "1.2.840.113549.1.1.13", "1.2.840.10045.4.3.4"},
};

const DigestOids& OidsOf(const std::string& digest) {
  for (const DigestOids& oids : kDigestOids) {
    if (digest == oids.name) return oids;
  }
  Require(false, ("looking up the digest " + digest).c_str());
  return kDigestOids[0];
}

bool UsesPss(EVP_PKEY* key, const SignatureScheme& scheme) {
  return EVP_PKEY_is_a(key, "RSA-PSS") == 1 || (scheme.pss && EVP_PKEY_is_a(key, "RSA") == 1);
}

// RSASSA-PSS-params (RFC 4055 §3.1). DER leaves out what equals its default: SHA-1, a salt of 20.
Bytes PssParameters(const std::string& digest) {
  if (digest == "SHA1") return der::Sequence({});
  const Bytes hash = der::Sequence({der::Oid(OidsOf(digest).digest), der::Null()});
  const Bytes mask = der::Sequence({der::Oid("1.2.840.113549.1.1.8"), hash});
  const int salt = EVP_MD_get_size(EVP_get_digestbyname(digest.c_str()));
  return der::Sequence(
      {der::Explicit(0, hash), der::Explicit(1, mask), der::Explicit(2, der::Integer(salt))});
}

}  // namespace

Bytes SignatureAlgorithm(EVP_PKEY* key, const SignatureScheme& scheme) {
  if (EVP_PKEY_is_a(key, "ED25519") == 1) return der::Sequence({der::Oid("1.3.101.112")});
  if (UsesPss(key, scheme)) {
    return der::Sequence({der::Oid("1.2.840.113549.1.1.10"), PssParameters(scheme.digest)});
  }
  const DigestOids& oids = OidsOf(scheme.digest);
  if (EVP_PKEY_is_a(key, "EC") == 1) return der::Sequence({der::Oid(oids.with_ecdsa)});
  return der::Sequence({der::Oid(oids.with_rsa), der::Null()});
}

Signature Sign(EVP_PKEY* key, const SignatureScheme& scheme, const Bytes& data) {
  const bool own_digest = EVP_PKEY_is_a(key, "ED25519") == 1;
  const EVP_MD* digest = own_digest ? nullptr : EVP_get_digestbyname(scheme.digest.c_str());
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;  // owned by context
  Require(EVP_DigestSignInit(context.get(), &key_context, digest, nullptr, key) == 1,
          "preparing to sign");
  if (UsesPss(key, scheme)) {
    Require(EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) == 1 &&
                EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, RSA_PSS_SALTLEN_DIGEST) == 1,
            "choosing RSASSA-PSS");
  }
  std::size_t size = 0;
  Require(EVP_DigestSign(context.get(), nullptr, &size, data.data(), data.size()) == 1, "signing");
  Bytes value(size);
  Require(EVP_DigestSign(context.get(), value.data(), &size, data.data(), data.size()) == 1,
          "signing");
  value.resize(size);
  return {.algorithm = SignatureAlgorithm(key, scheme), .value = std::move(value)};
}

Bytes Digest(const std::string& digest, const Bytes& data) {
  Bytes hash(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  Require(EVP_Digest(data.data(), data.size(), hash.data(), &size,
                     EVP_get_digestbyname(digest.c_str()), nullptr) == 1,
          "hashing");
  hash.resize(size);
  return hash;
}

Bytes DigestAlgorithm(const std::string& digest) {
  return der::Sequence({der::Oid(OidsOf(digest).digest), der::Null()});
}

}  // namespace stapling::testing
