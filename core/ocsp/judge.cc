#include "core/ocsp/judge.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

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

// One judgement in the making.
class Judging {
 public:
  Judging(const Examination& examined, sys_seconds now, const JudgePolicy& policy)
      : examined_(examined), now_(now), policy_(policy) {}

  Judgement Run() {
    judgement_.size_bytes = examined_.size_bytes;
    judgement_.response_status = examined_.response_status;
    judgement_.checks = examined_.checks;
    judgement_.responder_id = examined_.responder_id;
    judgement_.signature_algorithm = examined_.signature_algorithm;
    if (examined_.another) Identify(*examined_.another);
    JudgeSigner();
    if (!examined_.answers.empty()) JudgeAnswer(Choose());
    Conclude();
    return std::move(judgement_);
  }

 private:
  void Set(Check check, bool passed) { judgement_.checks.Set(check, passed); }

  void JudgeSigner() {
    judgement_.signer = examined_.signer;
    if (examined_.delegates.empty()) return;
    // Of several certificates for one key any that is valid now will do.
    const auto current = std::ranges::find_if(
        examined_.delegates, [this](const Validity& of) { return of.Contains(now_); });
    const bool any = current != examined_.delegates.end();
    Set(Check::kSignerCurrent, any);
    judgement_.signer_not_after = (any ? *current : examined_.delegates.front()).not_after;
  }

  void JudgeAnswer(const CertificateAnswer& answer) {
    judgement_.produced_at = examined_.produced_at;
    Set(Check::kProducedAt, ProducedInTime(examined_.produced_at));
    JudgeTimes(answer);
    TellStatus(answer);
  }

  [[nodiscard]] bool Begun(const CertificateAnswer& answer) const {
    return answer.this_update <= now_ + policy_.clock_skew;
  }
  [[nodiscard]] bool Unexpired(const CertificateAnswer& answer) const {
    if (!answer.next_update) return !policy_.require_next_update;
    return now_ <= *answer.next_update + policy_.clock_skew &&
           answer.this_update <= *answer.next_update;
  }
  [[nodiscard]] bool Fresh(const CertificateAnswer& answer) const {
    return !policy_.max_age || now_ - answer.this_update <= *policy_.max_age;
  }

  // The worst of the current ones; with none current, the newest.
  [[nodiscard]] const CertificateAnswer& Choose() const {
    const auto current = [&](const CertificateAnswer& answer) {
      return Begun(answer) && Unexpired(answer) && Fresh(answer);
    };
    const CertificateAnswer* chosen = &examined_.answers.front();
    for (const CertificateAnswer& other : examined_.answers) {
      const bool other_current = current(other);
      if (other_current != current(*chosen)) {
        if (other_current) chosen = &other;
        continue;
      }
      const auto worst_first = [&](const CertificateAnswer& of) {
        return other_current ? std::pair(static_cast<long>(of.status), of.this_update)
                             : std::pair(0L, of.this_update);
      };
      if (worst_first(other) > worst_first(*chosen)) chosen = &other;
    }
    return *chosen;
  }

  [[nodiscard]] bool ProducedInTime(sys_seconds produced_at) const {
    const auto& [not_before, not_after] = examined_.certificate;
    const auto skew = policy_.clock_skew;
    return not_before && not_after && *not_before - skew <= produced_at &&
           produced_at <= *not_after + skew && produced_at <= now_ + skew;
  }

  void JudgeTimes(const CertificateAnswer& answer) {
    Set(Check::kThisUpdate, Begun(answer));
    if (answer.next_update || policy_.require_next_update) {
      Set(Check::kNextUpdate, Unexpired(answer));
    }
    if (policy_.max_age) Set(Check::kMaxAge, Fresh(answer));
    judgement_.this_update = answer.this_update;
    judgement_.next_update = answer.next_update;
    if (answer.next_update) {
      judgement_.effective_expiry = answer.next_update;
    } else if (policy_.max_age) {
      judgement_.effective_expiry = answer.this_update + *policy_.max_age;
    }
    const auto signer_end = judgement_.signer_not_after;
    if (judgement_.effective_expiry && signer_end) {
      judgement_.effective_expiry = std::min(*judgement_.effective_expiry, *signer_end);
    }
  }

  // What a forger might have written is never told as the CA's answer.
  void TellStatus(const CertificateAnswer& answer) {
    Identify(answer.id);
    if (!examined_.authentic()) return;
    judgement_.certificate_status = answer.status;
    if (answer.status == CertificateStatus::kRevoked) {
      judgement_.revoked_at = answer.revoked_at;
      judgement_.revocation_reason = answer.revocation_reason;
    }
  }

  void Identify(const CertIdText& id) {
    judgement_.serial = id.serial;
    judgement_.certid_hash = id.hash;
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

  const Examination& examined_;
  const sys_seconds now_;
  const JudgePolicy& policy_;
  Judgement judgement_;
};

}  // namespace

Judgement Judge(const Examination& examined, sys_seconds now, const JudgePolicy& policy) {
  return Judging(examined, now, policy).Run();
}

Judgement Judge(const JudgeInput& input) {
  return Judge(Examine(input.response, input.certificate, input.issuer), input.now, input.policy);
}

}  // namespace stapling
