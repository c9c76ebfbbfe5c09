#include "exporter/explanation.h"

#include <optional>
#include <string_view>

#include "core/x509/text.h"
#include "core/x509/time.h"
#include "exporter/duration_text.h"

namespace stapling::exporter {
namespace {

using std::chrono::sys_seconds;

std::string InBrackets(std::string_view text) {
  return text.empty() ? std::string() : " (" + CleanText(text) + ")";
}

std::string Named(std::string_view name, sys_seconds instant) {
  return " (" + std::string(name) + " " + ToRfc3339(instant) + ")";
}

std::string OfGood(const Judgement& judgement, sys_seconds now) {
  if (!judgement.effective_expiry) {
    return "The CA says that the certificate is good, and does not say for how long.";
  }
  const sys_seconds expiry = *judgement.effective_expiry;
  if (expiry <= now) {
    return "The CA says that the certificate is good, but the response is past its end by " +
           DurationText(now - expiry) + ", which only the tolerated clock skew excuses.";
  }
  return "The CA says that the certificate is good, and the response lasts for another " +
         DurationText(expiry - now) + " (until " + ToRfc3339(expiry) + ").";
}

std::string OfMalformed(const Judgement& judgement) {
  if (judgement.size_bytes == 0) return "The staple is empty.";
  return "The staple of " + std::to_string(judgement.size_bytes) +
         (judgement.size_bytes == 1 ? " byte" : " bytes") +
         " is not one well-formed OCSP response.";
}

std::string OfSignerExpired(const Judgement& judgement, sys_seconds now) {
  if (judgement.signer_not_after && *judgement.signer_not_after < now) {
    return "The delegated signer's certificate expired " +
           RelativeText(*judgement.signer_not_after, now) +
           Named("notAfter", *judgement.signer_not_after) + ".";
  }
  return "The delegated signer's certificate is not valid yet.";
}

std::string OfExpired(const Judgement& judgement, sys_seconds now) {
  if (!judgement.next_update) return std::string(Describe(Verdict::kExpired).sentence);
  if (judgement.this_update && *judgement.next_update < *judgement.this_update) {
    return "The response ends before it begins: nextUpdate " + ToRfc3339(*judgement.next_update) +
           ", thisUpdate " + ToRfc3339(*judgement.this_update) + ".";
  }
  return "The response expired " + RelativeText(*judgement.next_update, now) +
         Named("nextUpdate", *judgement.next_update) + ".";
}

std::string OfNotYetValid(const Judgement& judgement, sys_seconds now) {
  if (!judgement.this_update) return std::string(Describe(Verdict::kNotYetValid).sentence);
  return "The response begins " + RelativeText(*judgement.this_update, now) +
         Named("thisUpdate", *judgement.this_update) + ".";
}

std::string OfTooOld(const Judgement& judgement, sys_seconds now, const JudgePolicy& policy) {
  if (!judgement.this_update || !policy.max_age) {
    return std::string(Describe(Verdict::kTooOld).sentence);
  }
  return "The response is " + DurationText(now - *judgement.this_update) + " old" +
         Named("thisUpdate", *judgement.this_update) + ", and max_age allows " +
         DurationText(*policy.max_age) + ".";
}

std::string OfProducedAt(const Judgement& judgement, sys_seconds now) {
  if (!judgement.produced_at) {
    return std::string(Describe(Verdict::kProducedAtOutOfRange).sentence);
  }
  const std::string at = Named("producedAt", *judgement.produced_at);
  if (*judgement.produced_at > now) {
    return "The response claims to have been produced " +
           RelativeText(*judgement.produced_at, now) + at + ".";
  }
  return "The response was produced outside the certificate's validity" + at + ".";
}

std::string OfRevoked(const Judgement& judgement, sys_seconds now) {
  std::string sentence = "The CA says that the certificate was revoked";
  if (judgement.revoked_at) {
    sentence += " " + RelativeText(*judgement.revoked_at, now) + " (at " +
                ToRfc3339(*judgement.revoked_at) + ")";
  }
  if (judgement.revocation_reason) {
    sentence +=
        ", for the reason " + std::string(RevocationReasonLabel(*judgement.revocation_reason));
  }
  return sentence + ".";
}

std::string OfUnauthorizedSigner(const Judgement& judgement) {
  if (judgement.responder_id.empty()) {
    return std::string(Describe(Verdict::kUnauthorizedSigner).sentence);
  }
  return "The response was signed by " + CleanText(judgement.responder_id) +
         ", whom the certificate's issuer did not authorise.";
}

std::string ReasonOf(const Judgement& judgement, sys_seconds now, const JudgePolicy& policy) {
  switch (judgement.verdict) {
    case Verdict::kMalformed:
      return OfMalformed(judgement);
    case Verdict::kResponderError:
      if (!judgement.response_status) break;
      return "The staple is the responder's error message " +
             std::string(Label(*judgement.response_status)) + " instead of an answer.";
    case Verdict::kWrongCertificate:
      if (judgement.serial.empty()) break;
      return "The staple is about another certificate, with the serial number " +
             CleanText(judgement.serial) + ".";
    case Verdict::kBadSignature:
      return "The response's signature does not verify" +
             InBrackets(judgement.signature_algorithm) + ".";
    case Verdict::kUnauthorizedSigner:
      return OfUnauthorizedSigner(judgement);
    case Verdict::kSignerExpired:
      return OfSignerExpired(judgement, now);
    case Verdict::kNotYetValid:
      return OfNotYetValid(judgement, now);
    case Verdict::kExpired:
      return OfExpired(judgement, now);
    case Verdict::kTooOld:
      return OfTooOld(judgement, now, policy);
    case Verdict::kProducedAtOutOfRange:
      return OfProducedAt(judgement, now);
    case Verdict::kRevoked:
      return OfRevoked(judgement, now);
    case Verdict::kGood:
      return OfGood(judgement, now);
    case Verdict::kMissing:
    case Verdict::kIssuerUnknown:
    case Verdict::kCriticalExtension:
    case Verdict::kNoNextUpdate:
    case Verdict::kUnknown:
      break;
  }
  return std::string(Describe(judgement.verdict).sentence);
}

Explanation OfMissing(const StapleReport& staple) {
  const std::string remedy(Describe(Verdict::kMissing).remedy);
  // A CA that retired OCSP leaves such certificates behind: no setting of the server can help.
  if (staple.must_staple && !staple.names_responder) {
    return {
        "The server staples nothing, and cannot: the certificate demands a staple but names no "
        "responder.",
        "Replace the certificate by one without must-staple."};
  }
  if (staple.required.value_or(false)) {
    return {staple.must_staple
                ? "The server staples nothing, although the certificate demands it (must-staple)."
                : "The server staples nothing, although the module requires it.",
            remedy};
  }
  if (staple.expected.value_or(false)) {
    return {"The server staples nothing, although the certificate names a responder.", remedy};
  }
  if (staple.expected) {
    return {"The server staples nothing, and need not: the certificate names no responder.", ""};
  }
  return {"The server staples nothing for this certificate; nearly no server does below the leaf.",
          ""};
}

}  // namespace

const StapleReport* CulpritOf(const Connection& connection, Reason reason) {
  for (const StapleReport& staple : connection.staples) {
    const Verdict verdict = staple.judgement.verdict;
    const bool present = staple.present.value_or(false);
    const bool is_culprit =
        (reason == Reason::kStapleMissing && !present && staple.required.value_or(false)) ||
        (reason == Reason::kRevoked && present && verdict == Verdict::kRevoked) ||
        (reason == Reason::kUnknown && present && verdict == Verdict::kUnknown) ||
        (reason == Reason::kStapleInvalid && present && verdict != Verdict::kGood &&
         verdict != Verdict::kRevoked && verdict != Verdict::kUnknown);
    if (is_culprit) return &staple;
  }
  return nullptr;
}

Explanation Explain(const Judgement& judgement, sys_seconds now, const JudgePolicy& policy) {
  return {ReasonOf(judgement, now, policy), std::string(Describe(judgement.verdict).remedy)};
}

Explanation Explain(const StapleReport& staple, sys_seconds now, const JudgePolicy& policy) {
  if (!staple.present && staple.depth == 0) {
    return {"The handshake ended before the server's staple, if it has one.", ""};
  }
  if (!staple.present) {
    return {"This TLS version has no place for a staple of this certificate.", ""};
  }
  return *staple.present ? Explain(staple.judgement, now, policy) : OfMissing(staple);
}

Explanation Explain(const Failure& failure) {
  const ReasonInfo& info = Describe(failure.reason);
  std::string reason(info.sentence);
  if (!failure.detail.empty()) {
    if (reason.ends_with('.')) reason.pop_back();
    reason += InBrackets(failure.detail) + ".";
  }
  return {reason, std::string(info.remedy)};
}

namespace {

Explanation ExplainFailed(const Connection& connection, sys_seconds now,
                          const JudgePolicy& policy) {
  const StapleReport* culprit = CulpritOf(connection, connection.failure->reason);
  if (culprit == nullptr) return Explain(*connection.failure);
  Explanation explanation = Explain(*culprit, now, policy);
  if (culprit->depth > 0) {
    explanation.reason.insert(0, "At depth " + std::to_string(culprit->depth) + ": ");
  }
  return explanation;
}

}  // namespace

std::string NameOf(const Connection& connection) {
  const Combination& combination = connection.combination;
  std::string name;
  const auto add = [&name](std::string_view part) {
    name += name.empty() ? "" : ", ";
    name += part;
  };
  if (combination.address) add(connection.address->ToString());
  if (combination.tls_version) add(Label(*combination.tls_version));
  if (combination.key_type) add(Label(*combination.key_type));
  return name;
}

Explanation Explain(const ProbeResult& result, const JudgePolicy& policy) {
  for (const Connection& connection : result.connections) {
    if (!connection.failure) continue;
    Explanation explanation = ExplainFailed(connection, result.now, policy);
    const std::string name = NameOf(connection);
    if (!name.empty()) explanation.reason.insert(0, name + ": ");
    return explanation;
  }
  for (const Connection& connection : result.connections) {
    if (!connection.staples.empty()) return Explain(connection.staples[0], result.now, policy);
  }
  return {};
}

}  // namespace stapling::exporter
