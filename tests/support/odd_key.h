// Public keys of any size that nobody has the private half of, and signatures that nobody made.
#pragma once

#include "tests/support/pki.h"

namespace stapling::testing {

// An odd number of so many bits that looks random.
Bytes OddNumber(std::size_t bits, std::uint32_t seed);

// SubjectPublicKeyInfo, as CertificateSpec::public_key takes it.
Bytes PublicKeyInfo(const Bytes& algorithm, const Bytes& key);
Bytes RsaKey(std::size_t modulus_bits, std::size_t exponent_bits);  // 17: the exponent is 65537
// On the curve that `parameters` name or define (ECParameters, DER).
Bytes EcKey(const Bytes& parameters, const Bytes& point);

// Noise of so many octets that is less than any modulus of as many.
Bytes NoiseSignature(std::size_t octets);

}  // namespace stapling::testing
