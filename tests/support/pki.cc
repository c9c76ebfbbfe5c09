#include "tests/support/pki.h"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <map>
#include <mutex>
#include <utility>

#include "tests/support/certificate_extensions.h"
#include "tests/support/openssl_handle.h"
#include "tests/support/signing.h"

namespace stapling::testing {
namespace {

using std::chrono::days;
using std::chrono::sys_seconds;

constexpr int kRsaBits = 2048;
constexpr const char* kCommonName = "2.5.4.3";

EVP_PKEY* GenerateKey(KeyKind kind) {
  switch (kind) {
    case KeyKind::kEcP256:
      return EVP_EC_gen("P-256");
    case KeyKind::kEcP384:
      return EVP_EC_gen("P-384");
    case KeyKind::kRsa2048:
      return EVP_RSA_gen(kRsaBits);
    case KeyKind::kEd25519:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    case KeyKind::kRsaPss2048: {
      const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr));
      EVP_PKEY* key = nullptr;
      Require(EVP_PKEY_keygen_init(context.get()) == 1 &&
                  EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), kRsaBits) == 1 &&
                  EVP_PKEY_generate(context.get(), &key) == 1,
              "making an RSA-PSS key");
      return key;
    }
  }
  return nullptr;
}

Key NewKey(KeyKind kind) {
  Key key(GenerateKey(kind), EVP_PKEY_free);
  Require(key != nullptr, "making a key");
  return key;
}

Bytes Attribute(const NameAttribute& attribute) {
  return der::Set({attribute.raw.value_or(
      der::Sequence({der::Oid(attribute.oid), der::Text(attribute.tag, attribute.value)}))});
}

Bytes SubjectName(const CertificateSpec& spec) {
  std::vector<Bytes> names;
  if (!spec.subject.empty()) names.push_back(Attribute({kCommonName, spec.subject}));
  for (const NameAttribute& attribute : spec.subject_attributes) {
    names.push_back(Attribute(attribute));
  }
  return der::SequenceOf(names);
}

// The BIT STRING's content of a SubjectPublicKeyInfo, without the unused-bits octet.
Bytes PublicKeyBits(const Bytes& subject_public_key_info) {
  const unsigned char* at = subject_public_key_info.data();
  const std::unique_ptr<X509_PUBKEY, Freeing<X509_PUBKEY_free>> parsed(
      d2i_X509_PUBKEY(nullptr, &at, static_cast<long>(subject_public_key_info.size())));
  const unsigned char* bits = nullptr;
  int size = 0;
  Require(X509_PUBKEY_get0_param(nullptr, &bits, &size, nullptr, parsed.get()) == 1,
          "reading a public key");
  return {bits, bits + size};
}

KeyIdentifiers IdentifiersOf(const CertificateSpec& spec, const Bytes& subject_public_key_info) {
  KeyIdentifiers keys;
  keys.subject =
      spec.subject_key_identifier.value_or(Digest("SHA1", PublicKeyBits(subject_public_key_info)));
  keys.authority = spec.issuer != nullptr ? spec.issuer->KeyIdentifier() : keys.subject;
  return keys;
}

Bytes RandomSerial() {
  Bytes serial(16);
  Require(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1, "reading random bytes");
  serial[0] = static_cast<std::uint8_t>((serial[0] & 0x3f) | 0x40);  // positive, full length
  return serial;
}

Bytes Validity(const CertificateSpec& spec) {
  const sys_seconds now =
      spec.now.value_or(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  const sys_seconds from = spec.not_before.value_or(now - days(spec.is_ca ? 365 : 30));
  const sys_seconds to = spec.not_after.value_or(now + days(spec.is_ca ? 3650 : 60));
  return der::Sequence({der::CertificateTime(from), der::CertificateTime(to)});
}

EVP_PKEY* SigningKey(const CertificateSpec& spec, EVP_PKEY* own_key) {
  if (spec.signed_by != nullptr) return spec.signed_by->key();
  return spec.issuer != nullptr ? spec.issuer->key() : own_key;
}

}  // namespace

Key MakeKey(KeyKind kind, int rsa_index) {
  if (kind != KeyKind::kRsa2048 && kind != KeyKind::kRsaPss2048) return NewKey(kind);
  static std::mutex mutex;
  static std::map<std::pair<KeyKind, int>, Key> keys;
  const std::lock_guard lock(mutex);
  Key& key = keys[{kind, rsa_index}];
  if (key == nullptr) key = NewKey(kind);
  return key;
}

Certificate::Certificate(Bytes der, Key key)
    : der_(std::make_shared<const Bytes>(std::move(der))), key_(std::move(key)) {
  const unsigned char* at = der_->data();
  x509_.reset(d2i_X509(nullptr, &at, static_cast<long>(der_->size())), X509_free);
}

const Bytes& Certificate::Der() const {
  static const Bytes none;
  return der_ != nullptr ? *der_ : none;
}

std::string Certificate::Pem() const {
  const Bio memory(BIO_new(BIO_s_mem()));
  Require(PEM_write_bio(memory.get(), PEM_STRING_X509, "", Der().data(),
                        static_cast<long>(Der().size())) > 0,
          "writing PEM");
  return Contents(memory.get());
}

std::string Certificate::KeyPem() const {
  const Bio memory(BIO_new(BIO_s_mem()));
  Require(PEM_write_bio_PrivateKey(memory.get(), key(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "writing a private key");
  return Contents(memory.get());
}

Bytes Certificate::SubjectDer() const {
  return EncodeDer(X509_get_subject_name(x509()), i2d_X509_NAME);
}

Bytes Certificate::SerialContent() const {
  const Bytes element = EncodeDer(X509_get0_serialNumber(x509()), i2d_ASN1_INTEGER);
  const std::size_t length_octets = element[1] < 0x80 ? 0 : element[1] - 0x80U;
  return {element.begin() + static_cast<std::ptrdiff_t>(2 + length_octets), element.end()};
}

Bytes Certificate::PublicKeyContent() const {
  const ASN1_BIT_STRING* bits = X509_get0_pubkey_bitstr(x509());
  const unsigned char* data = ASN1_STRING_get0_data(bits);
  return {data, data + ASN1_STRING_length(bits)};
}

Bytes Certificate::KeyIdentifier() const {
  const ASN1_OCTET_STRING* id = X509_get0_subject_key_id(x509());
  if (id == nullptr) return {};
  const unsigned char* data = ASN1_STRING_get0_data(id);
  return {data, data + ASN1_STRING_length(id)};
}

Certificate IssueCertificate(const CertificateSpec& spec) {
  const Key key = spec.same_key_as != nullptr ? spec.same_key_as->shared_key()
                                              : MakeKey(spec.key, spec.rsa_index);
  EVP_PKEY* const signing_key = SigningKey(spec, key.get());
  const SignatureScheme scheme{.digest = spec.digest, .pss = spec.pss};
  const Bytes public_key = spec.public_key.value_or(EncodeDer(key.get(), i2d_PUBKEY));
  const Bytes algorithm =
      spec.signature_algorithm.value_or(SignatureAlgorithm(signing_key, scheme));
  const auto extensions = CertificateExtensions(spec, IdentifiersOf(spec, public_key));
  const Bytes subject = SubjectName(spec);
  const Bytes to_be_signed = der::Sequence({
      der::Explicit(0, der::Integer(2)),  // v3
      der::Element(0x02, spec.serial.value_or(RandomSerial())),
      algorithm,
      spec.issuer != nullptr ? spec.issuer->SubjectDer() : subject,
      spec.validity.value_or(Validity(spec)),
      subject,
      public_key,
      der::Explicit(3, EncodeExtensions(extensions)),
  });
  const Signature signature = Sign(signing_key, scheme, to_be_signed);
  return {der::Sequence({to_be_signed, algorithm, der::BitString(signature.value)}), key};
}

std::string PemChain(const std::vector<Certificate>& chain) {
  std::string pem;
  for (const Certificate& certificate : chain) pem += certificate.Pem();
  return pem;
}

}  // namespace stapling::testing
