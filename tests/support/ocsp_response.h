// OCSP responses (RFC 6960 §4.2.1) with any single defect: start from GoodResponse(), change one
// field, build.
//
//   OcspResponseSpec spec = GoodResponse(pki.leaf, pki.intermediate, kNow);
//   spec.responses[0].next_update = kNow - 1h;
//   Bytes staple = BuildOcspResponse(spec);
//
// The bytes are written by hand (der.h), so that what a library would never write can be had. The
// certificates that a spec points to must outlive it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/bytes.h"
#include "tests/support/pki.h"
#include "tests/support/signing.h"

namespace stapling::testing {

// CertStatus of a SingleResponse.
enum class CertStatus { kGood, kRevoked, kUnknown };

struct SingleResponseSpec {
  const Certificate* certificate = nullptr;  // gives the serial
  const Certificate* issuer = nullptr;       // gives the two hashes
  std::string hash = "SHA1";                 // of the CertID: SHA1, SHA256, SHA384, SHA512, MD5
  CertStatus status = CertStatus::kGood;
  std::chrono::sys_seconds this_update = {};
  std::optional<std::chrono::sys_seconds> next_update = {};
  std::chrono::sys_seconds revoked_at = {};    // kRevoked only
  std::optional<int> revocation_reason = {};   // CRLReason, kRevoked only
  std::vector<ExtensionSpec> extensions = {};  // singleExtensions

  // What is written instead, to the octet.
  std::optional<Bytes> serial = {};  // content octets of the INTEGER
  std::optional<Bytes> issuer_name_hash = {};
  std::optional<Bytes> issuer_key_hash = {};
  std::optional<Bytes> hash_algorithm = {};          // AlgorithmIdentifier, DER
  std::optional<std::string> this_update_text = {};  // content of the GeneralizedTime
  std::optional<std::string> next_update_text = {};
  std::optional<std::string> revoked_at_text = {};
  std::optional<Bytes> cert_status = {};  // CertStatus, DER
  std::optional<Bytes> raw = {};          // the whole SingleResponse, DER
};

struct ResponderId {
  enum class By { kName, kKey };
  By by = By::kName;
  const Certificate* certificate = nullptr;  // default: the signer
  std::optional<Bytes> raw = {};             // the whole ResponderID, DER
};

struct OcspResponseSpec {
  int status = 0;                                      // responseStatus, 0 to 255
  std::optional<bool> with_bytes = {};                 // default: only when successful
  std::string response_type = "1.3.6.1.5.5.7.48.1.1";  // id-pkix-ocsp-basic
  ResponderId responder_id = {};
  const Certificate* signer = nullptr;  // whose key signs
  SignatureScheme scheme = {};
  std::chrono::sys_seconds produced_at = {};
  std::vector<SingleResponseSpec> responses = {};
  std::vector<const Certificate*> embedded = {};  // certs; none: the field is absent
  std::vector<ExtensionSpec> extensions = {};     // responseExtensions

  // Defects.
  bool corrupt_signature = false;                    // flips one bit of the signature
  std::optional<Bytes> signature = {};               // content of the BIT STRING
  std::uint8_t signature_unused_bits = 0;            // of the BIT STRING
  std::optional<Bytes> signature_algorithm = {};     // AlgorithmIdentifier, DER, after signing
  std::optional<int> version = {};                   // explicit; 0, v1, is what DER leaves out
  std::optional<std::string> produced_at_text = {};  // content of the GeneralizedTime
  bool non_der_boolean = false;     // TRUE of critical extensions as 0x01: BER, not DER
  bool long_form_length = false;    // of the outermost SEQUENCE, one octet more than needed
  Bytes trailing_inside = {};       // after BasicOCSPResponse, within the OCTET STRING
  Bytes trailing_outside = {};      // after OCSPResponse
  std::optional<Bytes> basic = {};  // the whole BasicOCSPResponse
};

Bytes BuildOcspResponse(const OcspResponseSpec& spec);

// Good in all respects: signed by `issuer`, by name, SHA-1 CertID, thisUpdate and producedAt an
// hour before now, nextUpdate seven days after thisUpdate, nothing embedded.
OcspResponseSpec GoodResponse(const Certificate& certificate, const Certificate& issuer,
                              std::chrono::sys_seconds now);

// The same signed by `signer`, whose certificate is embedded.
OcspResponseSpec GoodDelegatedResponse(const Certificate& certificate, const Certificate& issuer,
                                       const Certificate& signer, std::chrono::sys_seconds now);

// An OCSPResponse of nothing but its status: tryLater is 3.
Bytes ErrorResponse(int status);

}  // namespace stapling::testing
