// A test PKI made at run time: keys and certificates in memory, no files.
//
// IssueCertificate() writes what the spec says and checks nothing, so that wrong certificates are
// as easy as right ones. The program stops if OpenSSL cannot make a key or a signature: nothing a
// test could do about it.
//
//   Certificate root = IssueCertificate({.subject = "Test Root", .now = kNow, .is_ca = true});
//   Certificate leaf = IssueCertificate({.subject = "leaf.test",
//                                        .issuer = &root,
//                                        .now = kNow,
//                                        .dns_names = {"localhost"},
//                                        .must_staple = true});
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/bytes.h"
#include "tests/support/der.h"

namespace stapling::testing {

enum class KeyKind {
  kEcP256,
  kEcP384,
  kRsa2048,
  kRsaPss2048,  // a key that is for RSASSA-PSS alone (id-RSASSA-PSS)
  kEd25519,
};

using Key = std::shared_ptr<EVP_PKEY>;

// A fresh key, except for the RSA kinds, which are slow to make: those are made once per process
// for each index and shared. Safe from any thread.
Key MakeKey(KeyKind kind, int rsa_index = 0);

// A certificate with its private key. A value: copies share what it holds, nothing changes it.
class Certificate {
 public:
  Certificate() = default;
  // `der` may be anything; what does not parse has no x509(). `key` may be null.
  Certificate(Bytes der, Key key);

  [[nodiscard]] X509* x509() const { return x509_.get(); }
  [[nodiscard]] EVP_PKEY* key() const { return key_.get(); }
  [[nodiscard]] const Key& shared_key() const { return key_; }

  [[nodiscard]] const Bytes& Der() const;
  [[nodiscard]] std::string Pem() const;
  [[nodiscard]] std::string KeyPem() const;  // PKCS #8, not encrypted

  // The parts that a CertID and a ResponderID are made of. Only with an x509().
  [[nodiscard]] Bytes SubjectDer() const;
  [[nodiscard]] Bytes SerialContent() const;     // content octets of the INTEGER
  [[nodiscard]] Bytes PublicKeyContent() const;  // subjectPublicKey without the unused-bits octet
  [[nodiscard]] Bytes KeyIdentifier() const;     // of the extension; empty without one

 private:
  std::shared_ptr<const Bytes> der_;
  std::shared_ptr<X509> x509_;
  Key key_;
};

// One attribute of a subject, a RelativeDistinguishedName of its own. `value` may hold any bytes.
// What does not fit the tag stays as it is; note that OpenSSL refuses to parse a certificate whose
// UTF8String is not UTF-8, and takes any bytes in a PrintableString or T61String.
struct NameAttribute {
  std::string oid = "2.5.4.3";  // commonName; 2.5.4.10 is organizationName
  std::string value = {};
  std::uint8_t tag = der::kUtf8String;
  std::optional<Bytes> raw = {};  // the whole AttributeTypeAndValue instead, DER
};

struct ExtensionSpec {
  std::string oid = {};
  bool critical = false;
  Bytes value = {};               // what goes inside the OCTET STRING
  std::optional<Bytes> raw = {};  // the whole Extension instead, DER
};

// Fields are in the order in which designated initialisers must name them.
struct CertificateSpec {
  std::string subject = {};                            // commonName; empty: none
  std::vector<NameAttribute> subject_attributes = {};  // after the commonName
  const Certificate* issuer = nullptr;                 // null: self-signed
  const Certificate* signed_by = nullptr;              // whose key signs, if not the issuer's
  std::optional<std::chrono::sys_seconds> now = {};    // what the dates default to; unset: today
  std::optional<std::chrono::sys_seconds> not_before = {};  // now - 30 days, CA: - 1 year
  std::optional<std::chrono::sys_seconds> not_after = {};   // now + 60 days, CA: + 10 years
  KeyKind key = KeyKind::kEcP256;
  int rsa_index = 0;                         // certificates with the same index share an RSA key
  const Certificate* same_key_as = nullptr;  // instead of a key of its own
  std::vector<std::string> dns_names = {};
  std::vector<std::string> ip_addresses = {};
  bool is_ca = false;
  std::optional<int> path_length = {};
  bool must_staple = false;  // TLS Feature: status_request (RFC 7633)
  std::vector<std::string> responder_urls = {};
  std::vector<std::string> ca_issuer_urls = {};
  std::vector<std::string> crl_urls = {};
  bool ocsp_signing_eku = false;                      // id-kp-OCSPSigning
  bool ocsp_nocheck = false;                          // id-pkix-ocsp-nocheck
  std::vector<std::string> extended_key_usages = {};  // further OIDs
  bool key_usage = true;                              // write keyUsage
  bool key_identifiers = true;                        // write subject and authority key identifiers
  std::optional<Bytes> subject_key_identifier = {};   // default: SHA-1 of the public key
  std::optional<Bytes> serial = {};  // content octets of the INTEGER; default: random
  std::string digest = "SHA256";
  bool pss = false;                            // sign with RSASSA-PSS
  std::vector<ExtensionSpec> extensions = {};  // after the others

  // What is written instead, to the octet.
  std::optional<Bytes> validity = {};    // Validity, DER
  std::optional<Bytes> public_key = {};  // SubjectPublicKeyInfo, DER; key() stays the spec's
  std::optional<Bytes> signature_algorithm = {};  // AlgorithmIdentifier, DER, at both places
};

Certificate IssueCertificate(const CertificateSpec& spec);

// One file's worth of PEM: the certificates in order.
std::string PemChain(const std::vector<Certificate>& chain);

}  // namespace stapling::testing
