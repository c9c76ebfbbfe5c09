#include "core/crl/judge_crl.h"

#include <openssl/x509v3.h>

#include <algorithm>

#include "core/x509/clear_errors.h"

namespace stapling {
namespace {

// The caller vouches for the key; that the names fit costs nothing to see.
bool IssuerIsKnown(const CrlInput& input) {
  return input.issuer != nullptr && X509_NAME_cmp(X509_get_subject_name(input.issuer),
                                                  X509_get_issuer_name(input.certificate)) == 0;
}

bool IsIndirect(const CrlInput& input) {
  return input.crl->is_indirect() || (input.point != nullptr && input.point->indirect);
}

bool IsCa(X509* certificate) { return (X509_get_extension_flags(certificate) & EXFLAG_CA) != 0; }

bool HaveCommonName(const std::vector<Bytes>& names, const std::vector<Bytes>& others) {
  return std::ranges::any_of(
      names, [&](const Bytes& name) { return std::ranges::find(others, name) != others.end(); });
}

// Section 6.3.3 (b) (2). A list of one point's certificates is not believed of unknown origin.
bool IsInScope(const CrlInput& input) {
  const auto& scope = input.crl->scope();
  if (!scope) return true;
  if (scope->only_attribute_certificates) return false;
  if (IsCa(input.certificate) ? scope->only_user_certificates : scope->only_ca_certificates) {
    return false;
  }
  return !scope->names ||
         (input.point != nullptr && HaveCommonName(*scope->names, input.point->names));
}

bool IsOfSomeReasons(const CrlInput& input) {
  const auto& scope = input.crl->scope();
  return (scope && scope->some_reasons) || (input.point != nullptr && input.point->some_reasons);
}

// Without keyUsage every use is allowed; OpenSSL's accessor then answers so.
bool MaySignCrls(X509* issuer) { return (X509_get_key_usage(issuer) & KU_CRL_SIGN) != 0; }

// What stands against believing a word of the list.
std::optional<CrlVerdict> Objection(const CrlInput& input) {
  const Crl& crl = *input.crl;
  if (crl.is_delta() || IsIndirect(input)) return CrlVerdict::kUnsupported;
  if (!IssuerIsKnown(input)) return CrlVerdict::kIssuerUnknown;
  if (X509_NAME_cmp(crl.issuer(), X509_get_issuer_name(input.certificate)) != 0) {
    return CrlVerdict::kWrongIssuer;
  }
  if (!IsInScope(input)) return CrlVerdict::kWrongScope;
  if (crl.unknown_critical_extension()) return CrlVerdict::kCriticalExtension;
  if (!crl.SignedBy(input.issuer)) return CrlVerdict::kBadSignature;
  if (!MaySignCrls(input.issuer)) return CrlVerdict::kUnauthorizedSigner;
  return std::nullopt;
}

// Whatever its reason, an entry of a complete list means revoked: removeFromCRL has no place there,
// and is not taken for the opposite.
void TellStatus(const CrlInput& input, CrlJudgement& judgement) {
  const auto entry = input.crl->Find(X509_get0_serialNumber(input.certificate));
  if (entry) {
    judgement.revoked = true;
    judgement.revoked_at = entry->revoked_at;
    judgement.revocation_reason = entry->reason;
  } else if (!IsOfSomeReasons(input)) {
    judgement.revoked = false;
  }
}

// Of an authentic list.
CrlVerdict Conclude(const CrlInput& input, const CrlJudgement& judgement) {
  const Crl& crl = *input.crl;
  if (!judgement.revoked) return CrlVerdict::kWrongScope;
  if (crl.this_update() > input.now + input.clock_skew) return CrlVerdict::kNotYetValid;
  if (!crl.next_update()) return CrlVerdict::kNoNextUpdate;
  if (input.now > *crl.next_update() + input.clock_skew || *crl.next_update() < crl.this_update()) {
    return CrlVerdict::kExpired;
  }
  return *judgement.revoked ? CrlVerdict::kRevoked : CrlVerdict::kNotRevoked;
}

}  // namespace

CrlJudgement JudgeCrl(const CrlInput& input) {
  CrlJudgement judgement;
  if (input.crl == nullptr) return judgement;
  judgement.this_update = input.crl->this_update();
  judgement.next_update = input.crl->next_update();
  judgement.size_bytes = input.crl->size_bytes();
  judgement.entries = input.crl->entry_count();
  if (const auto objection = Objection(input)) {
    judgement.verdict = *objection;
  } else {
    TellStatus(input, judgement);
    judgement.verdict = Conclude(input, judgement);
    judgement.valid =
        judgement.verdict == CrlVerdict::kRevoked || judgement.verdict == CrlVerdict::kNotRevoked;
  }
  ClearErrors();
  return judgement;
}

}  // namespace stapling
