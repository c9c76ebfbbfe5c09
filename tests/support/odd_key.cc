#include "tests/support/odd_key.h"

namespace stapling::testing {

Bytes OddNumber(std::size_t bits, std::uint32_t seed) {
  Bytes number = Noise(bits / 8, seed);
  number.front() |= 0x80;
  number.back() |= 1;
  return number;
}

Bytes PublicKeyInfo(const Bytes& algorithm, const Bytes& key) {
  return der::Sequence({algorithm, der::BitString(key)});
}

Bytes RsaKey(std::size_t modulus_bits, std::size_t exponent_bits) {
  const Bytes exponent = exponent_bits == 17 ? Bytes{1, 0, 1} : OddNumber(exponent_bits, 2);
  return PublicKeyInfo(der::Sequence({der::Oid("1.2.840.113549.1.1.1"), der::Null()}),
                       der::Sequence({der::UnsignedInteger(OddNumber(modulus_bits, 1)),
                                      der::UnsignedInteger(exponent)}));
}

Bytes EcKey(const Bytes& parameters, const Bytes& point) {
  return PublicKeyInfo(der::Sequence({der::Oid("1.2.840.10045.2.1"), parameters}), point);
}

Bytes NoiseSignature(std::size_t octets) {
  Bytes signature = Noise(octets, 8);
  signature.front() = 0;
  return signature;
}

}  // namespace stapling::testing
