#include "core/ocsp/judge.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>
#include <vector>

#include "core/ocsp/response.h"
#include "core/ocsp/signer.h"
#include "core/x509/asn1_view.h"
#include "core/x509/certificate.h"
#include "core/x509/clear_errors.h"

namespace stapling {
namespace {

using std::chrono::sys_seconds;

// What each check's failure makes of the response, most telling first. A nextUpdate that is absent
// though required is told apart from one that has passed.
struct Consequence {
  Check check;
  Verdict verdict;
};
constexpr std::array kConsequences{
    Consequence{Check::kWellFormed, Verdict::kMalformed},
    Consequence{Check::kResponseSuccessful, Verdict::kResponderError},
    Consequence{Check::kIssuerKnown, Verdict::kIssuerUnknown},
    Consequence{Check::kCertificateMatch, Verdict::kWrongCertificate},
    Consequence{Check::kCriticalExtensions, Verdict::kCriticalExtension},
    Consequence{Check::kSignature, Verdict::kBadSignature},
    Consequence{Check::kSignerAuthorized, Verdict::kUnauthorizedSigner},
    Consequence{Check::kSignerCurrent, Verdict::kSignerExpired},
    Consequence{Check::kThisUpdate, Verdict::kNotYetValid},
    Consequence{Check::kNextUpdate, Verdict::kExpired},
    Consequence{Check::kMaxAge, Verdict::kTooOld},
    Consequence{Check::kNextUpdate, Verdict::kNoNextUpdate},
    Consequence{Check::kProducedAt, Verdict::kProducedAtOutOfRange},
};

// Two views of one certificate's CertID, in the digest that the response chose.
bool HashMatches(BytesView claimed, const EVP_MD* digest, BytesView data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> computed{};
  unsigned int length = 0;
  return EVP_Digest(data.data(), data.size(), computed.data(), &length, digest, nullptr) == 1 &&
         std::ranges::equal(claimed, BytesView(computed).first(length));
}

BytesView EncodedName(const X509_NAME* name) {
  const unsigned char* der = nullptr;
  std::size_t length = 0;
  if (X509_NAME_get0_der(name, &der, &length) != 1) return {};
  return {der, length};
}

BytesView PublicKeyBits(const X509* certificate) {
  const ASN1_BIT_STRING* bits = X509_get0_pubkey_bitstr(certificate);
  return bits == nullptr ? BytesView() : ViewOf(bits);
}

// One judgement in the making.
class Judging {
 public:
  explicit Judging(const JudgeInput& input) : input_(input) {}

  Judgement Run() {
    judgement_.size_bytes = input_.response.size();
    const DecodedResponse response = DecodeResponse(input_.response);
    judgement_.response_status = response.status;
    Set(Check::kWellFormed, response.well_formed);
    if (response.well_formed) {
      Set(Check::kResponseSuccessful, response.status == ResponseStatus::kSuccessful);
    }
    Set(Check::kIssuerKnown, IssuerIsKnown());
    if (response.basic && response.well_formed) JudgeAnswer(response);
    Conclude();
    ClearErrors();
    return std::move(judgement_);
  }

 private:
  void Set(Check check, bool passed) { judgement_.checks.Set(check, passed); }

  // The caller vouches for the key; that the names fit costs nothing to see.
  [[nodiscard]] bool IssuerIsKnown() const {
    return input_.issuer != nullptr && X509_NAME_cmp(X509_get_subject_name(input_.issuer),
                                                     X509_get_issuer_name(input_.certificate)) == 0;
  }

  void JudgeAnswer(const DecodedResponse& response) {
    judgement_.responder_id = ResponderIdText(response.basic.get());
    judgement_.signature_algorithm = SignatureAlgorithmName(response.basic.get());
    const std::vector<const SingleResponse*> matching = Matching(response.singles);
    JudgeMatch(response, matching);
    JudgeExtensions(response, matching);
    if (IssuerIsKnown()) JudgeSigner(*response.basic);
    if (matching.empty()) return;
    const SingleResponse& answer = Choose(matching);
    judgement_.produced_at = response.produced_at;
    Set(Check::kProducedAt, ProducedInTime(response.produced_at));
    JudgeTimes(answer);
    TellStatus(answer);
  }

  // By serial and both hashes; while the issuer is unknown by all but its key.
  [[nodiscard]] bool IsMatch(const SingleResponse& single) const {
    if (single.hash == nullptr ||
        ASN1_INTEGER_cmp(single.serial, X509_get0_serialNumber(input_.certificate)) != 0 ||
        !HashMatches(single.issuer_name_hash, single.hash,
                     EncodedName(X509_get_issuer_name(input_.certificate)))) {
      return false;
    }
    return !IssuerIsKnown() ||
           HashMatches(single.issuer_key_hash, single.hash, PublicKeyBits(input_.issuer));
  }

  [[nodiscard]] std::vector<const SingleResponse*> Matching(
      const std::vector<SingleResponse>& singles) const {
    std::vector<const SingleResponse*> matching;
    for (const SingleResponse& single : singles) {
      if (IsMatch(single)) matching.push_back(&single);
    }
    return matching;
  }

  void JudgeMatch(const DecodedResponse& response,
                  const std::vector<const SingleResponse*>& matching) {
    // Without the issuer a match is not proved, but a mismatch is.
    if (IssuerIsKnown() || matching.empty()) {
      Set(Check::kCertificateMatch, !matching.empty());
    }
    if (matching.empty() && !response.singles.empty()) Identify(response.singles.front());
  }

  void JudgeExtensions(const DecodedResponse& response,
                       const std::vector<const SingleResponse*>& matching) {
    const bool unknown = response.unknown_critical_extension ||
                         std::ranges::any_of(matching, &SingleResponse::unknown_critical_extension);
    Set(Check::kCriticalExtensions, !unknown);
  }

  void JudgeSigner(const OCSP_BASICRESP& basic) {
    const SignerFinding finding = FindSigner(&basic, input_.issuer, input_.now);
    if (finding.verifies) Set(Check::kSignature, *finding.verifies);
    if (finding.authorized || !finding.verifies) {
      Set(Check::kSignerAuthorized, finding.authorized.value_or(false));
    }
    if (finding.current) Set(Check::kSignerCurrent, *finding.current);
    judgement_.signer = finding.signer;
    judgement_.signer_not_after = finding.not_after;
  }

  [[nodiscard]] bool Begun(const SingleResponse& single) const {
    return single.this_update <= input_.now + input_.policy.clock_skew;
  }
  [[nodiscard]] bool Unexpired(const SingleResponse& single) const {
    if (!single.next_update) return !input_.policy.require_next_update;
    return input_.now <= *single.next_update + input_.policy.clock_skew &&
           single.this_update <= *single.next_update;
  }
  [[nodiscard]] bool Fresh(const SingleResponse& single) const {
    return !input_.policy.max_age || input_.now - single.this_update <= *input_.policy.max_age;
  }

  // The worst of the current ones; with none current, the newest.
  [[nodiscard]] const SingleResponse& Choose(
      const std::vector<const SingleResponse*>& matching) const {
    const auto current = [&](const SingleResponse& single) {
      return Begun(single) && Unexpired(single) && Fresh(single);
    };
    const SingleResponse* chosen = matching.front();
    for (const SingleResponse* other : matching) {
      const bool other_current = current(*other);
      if (other_current != current(*chosen)) {
        if (other_current) chosen = other;
        continue;
      }
      const auto worst_first = [&](const SingleResponse& of) {
        return other_current ? std::pair(static_cast<long>(of.status), of.this_update)
                             : std::pair(0L, of.this_update);
      };
      if (worst_first(*other) > worst_first(*chosen)) chosen = other;
    }
    return *chosen;
  }

  [[nodiscard]] bool ProducedInTime(sys_seconds produced_at) const {
    const auto not_before = NotBefore(input_.certificate);
    const auto not_after = NotAfter(input_.certificate);
    const auto skew = input_.policy.clock_skew;
    return not_before && not_after && *not_before - skew <= produced_at &&
           produced_at <= *not_after + skew && produced_at <= input_.now + skew;
  }

  void JudgeTimes(const SingleResponse& answer) {
    Set(Check::kThisUpdate, Begun(answer));
    if (answer.next_update || input_.policy.require_next_update) {
      Set(Check::kNextUpdate, Unexpired(answer));
    }
    if (input_.policy.max_age) Set(Check::kMaxAge, Fresh(answer));
    judgement_.this_update = answer.this_update;
    judgement_.next_update = answer.next_update;
    if (answer.next_update) {
      judgement_.effective_expiry = answer.next_update;
    } else if (input_.policy.max_age) {
      judgement_.effective_expiry = answer.this_update + *input_.policy.max_age;
    }
    const auto signer_end = judgement_.signer_not_after;
    if (judgement_.effective_expiry && signer_end) {
      judgement_.effective_expiry = std::min(*judgement_.effective_expiry, *signer_end);
    }
  }

  // What a forger might have written is never told as the CA's answer.
  void TellStatus(const SingleResponse& answer) {
    Identify(answer);
    const CheckResults& checks = judgement_.checks;
    if (!checks.Passed(Check::kCertificateMatch) || !checks.Passed(Check::kCriticalExtensions) ||
        !checks.Passed(Check::kSignature) || !checks.Passed(Check::kSignerAuthorized)) {
      return;
    }
    judgement_.certificate_status = answer.status;
    if (answer.status == CertificateStatus::kRevoked) {
      judgement_.revoked_at = answer.revoked_at;
      judgement_.revocation_reason = answer.revocation_reason;
    }
  }

  void Identify(const SingleResponse& single) {
    judgement_.serial = SerialHex(single.serial);
    judgement_.certid_hash = single.hash_algorithm;
  }

  void Conclude() {
    for (const auto& [check, verdict] : kConsequences) {
      if (!judgement_.checks.Failed(check)) continue;
      if (check == Check::kNextUpdate &&
          (verdict == Verdict::kExpired) != judgement_.next_update.has_value()) {
        continue;
      }
      judgement_.verdict = verdict;
      return;
    }
    // Every check passed, so the answer is authentic and was told.
    if (!judgement_.certificate_status) std::abort();
    judgement_.valid = true;
    switch (*judgement_.certificate_status) {
      case CertificateStatus::kGood:
        judgement_.verdict = Verdict::kGood;
        break;
      case CertificateStatus::kRevoked:
        judgement_.verdict = Verdict::kRevoked;
        break;
      case CertificateStatus::kUnknown:
        judgement_.verdict = Verdict::kUnknown;
        break;
    }
  }

  const JudgeInput& input_;
  Judgement judgement_;
};

}  // namespace

Judgement Judge(const JudgeInput& input) { return Judging(input).Run(); }

}  // namespace stapling
