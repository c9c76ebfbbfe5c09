// The certificates and keys that the seeds of judge_fuzz were made with.
//
// They are files in seeds/, so that a finding can be had again. The keys are known to everybody and
// of use to nobody.
#pragma once

#include <chrono>
#include <optional>

#include "core/bytes.h"
#include "core/x509/openssl_ptr.h"

namespace stapling::fuzz {

struct SeedPki {
  SeedPki();

  X509Ptr certificate;  // that the responses are about
  X509Ptr issuer;
  PkeyPtr issuer_key;
  PkeyPtr signer_key;  // of the delegated signer
};

// 2026-03-01T12:00:00Z, the clock of the seeds.
inline constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1772366400)};

// The same response with a signature by this key; nothing if it is no BasicOCSPResponse.
std::optional<Bytes> SignedAnew(BytesView response, EVP_PKEY* key);

// Whether the signature verifies under this key, whatever the response says of its signer.
bool IsSignedBy(BytesView response, EVP_PKEY* key);

}  // namespace stapling::fuzz
