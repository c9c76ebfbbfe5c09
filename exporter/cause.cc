#include "exporter/cause.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace stapling::exporter {
namespace {

constexpr std::array kCauses{
    CauseInfo{Cause::kSchemesDisagree, "schemes_disagree",
              "One of staple, responder and CRL says something else than the others.",
              "Believe the one that says revoked, and tell the CA: its sources contradict each "
              "other.",
              ExitStatus::kCritical},
    CauseInfo{Cause::kRevoked, "revoked", "The CA says that the certificate is revoked.",
              "Replace the certificate and its key.", ExitStatus::kCritical},
    CauseInfo{Cause::kResponderKnowsNothing, "responder_knows_nothing",
              "The CA's responder does not know the certificate.",
              "Ask the CA; right after issuance, wait and try again.", ExitStatus::kCritical},
    CauseInfo{Cause::kResponderDown, "responder_down",
              "The CA's responder gives no answer, so no server can fetch a staple.",
              "Tell the CA, and see that the server keeps its last good staple meanwhile.",
              ExitStatus::kWarning},
    CauseInfo{Cause::kResponderUnfit, "responder_unfit",
              "The CA's responder answers, but with nothing that a client could accept.",
              "Tell the CA what the verdict on its answer is.", ExitStatus::kWarning},
    CauseInfo{Cause::kStapleOfAnotherCertificate, "staple_of_another_certificate",
              "The responder is fine, but the server staples the response of another certificate, "
              "perhaps of the one before a renewal.",
              "Have the server fetch a new staple: reload it, and look after its cache or file.",
              ExitStatus::kGood},
    CauseInfo{Cause::kServerNotFetching, "server_not_fetching",
              "The responder is fine: it is the server that does not fetch its staple, or does "
              "not hand it out.",
              "Switch stapling on in the server, and see that it can resolve and reach the "
              "responder.",
              ExitStatus::kGood},
    CauseInfo{Cause::kOcspRetired, "ocsp_retired",
              "The certificate names no responder, only a CRL: its CA has retired OCSP.",
              "Nothing can be stapled any more; see that the certificate does not demand it.",
              ExitStatus::kGood},
    CauseInfo{Cause::kCrlDown, "crl_down", "The CA's CRL cannot be fetched.", "Tell the CA.",
              ExitStatus::kWarning},
    CauseInfo{Cause::kCrlUnfit, "crl_unfit",
              "The CA's CRL is there, but says nothing that a client could accept.",
              "Tell the CA what the verdict on its CRL is.", ExitStatus::kWarning},
    CauseInfo{Cause::kSchemesAgree, "schemes_agree", "All that was asked says the same.", "",
              ExitStatus::kGood},
    CauseInfo{Cause::kNothingToCompare, "nothing_to_compare",
              "The certificate names nothing of what was to be asked.", "", ExitStatus::kGood},
};

constexpr bool InOrder() {
  for (std::size_t index = 0; index < kCauses.size(); ++index) {
    if (kCauses[index].cause != static_cast<Cause>(index)) return false;
  }
  return true;
}
static_assert(InOrder());

// The last of a depth: the one that was valid, or else the last that was tried.
template <typename Report>
const Report* LastOf(const std::vector<Report>& reports, unsigned depth) {
  const Report* last = nullptr;
  for (const Report& report : reports) {
    if (report.exchange.depth == depth) last = &report;
  }
  return last;
}

bool Says(const SchemeComparison& schemes, RevocationStatus status) {
  return schemes.staple == status || schemes.responder == status || schemes.crl == status;
}

bool KnowsNothing(const Judgement& judgement) {
  return judgement.verdict == Verdict::kUnknown ||
         judgement.response_status == ResponseStatus::kUnauthorized;
}

Cause OfResponder(const ResponderReport& responder) {
  if (!responder.judgement) return Cause::kResponderDown;
  if (KnowsNothing(*responder.judgement)) return Cause::kResponderKnowsNothing;
  if (!responder.judgement->valid) {
    return responder.exchange.up ? Cause::kResponderUnfit : Cause::kResponderDown;
  }
  return responder.exchange.up ? Cause::kSchemesAgree : Cause::kResponderDown;
}

Cause OfCrl(const CrlReport& crl) {
  if (!crl.judgement || !crl.exchange.up) return Cause::kCrlDown;
  return crl.judgement->valid ? Cause::kSchemesAgree : Cause::kCrlUnfit;
}

// What a fine responder shows of the staple.
Cause OfStaple(const Connection& connection, const SchemeComparison& schemes) {
  const auto staple = std::ranges::find(connection.staples, schemes.depth, &StapleReport::depth);
  const bool has_place = staple != connection.staples.end() && staple->present.has_value();
  if (!has_place || staple->judgement.valid) return Cause::kSchemesAgree;
  // Below the leaf hardly any server staples, and hardly any client asks.
  if (!*staple->present && schemes.depth > 0) return Cause::kSchemesAgree;
  return staple->judgement.verdict == Verdict::kWrongCertificate
             ? Cause::kStapleOfAnotherCertificate
             : Cause::kServerNotFetching;
}

}  // namespace

std::span<const CauseInfo> Causes() { return kCauses; }

const CauseInfo& Describe(Cause cause) { return kCauses.at(static_cast<std::size_t>(cause)); }

Cause CauseOf(const Connection& connection, const SchemeComparison& schemes) {
  const CrossCheck& check = *connection.cross_check;
  const ResponderReport* responder = LastOf(check.responders, schemes.depth);
  const CrlReport* crl = LastOf(check.crls, schemes.depth);
  const bool good = Says(schemes, RevocationStatus::kGood);
  if (Says(schemes, RevocationStatus::kRevoked)) {
    return schemes.agreement().value_or(true) ? Cause::kRevoked : Cause::kSchemesDisagree;
  }
  if (responder != nullptr) {
    if (const Cause cause = OfResponder(*responder); cause != Cause::kSchemesAgree) return cause;
    if (const Cause cause = OfStaple(connection, schemes); cause != Cause::kSchemesAgree) {
      return cause;
    }
  }
  if (schemes.agreement() == false) return Cause::kSchemesDisagree;
  // Intermediates never named one.
  const bool retired = !schemes.names_responder && schemes.names_crl && !schemes.staple;
  if (retired && schemes.depth == 0) return Cause::kOcspRetired;
  if (crl != nullptr) {
    if (const Cause cause = OfCrl(*crl); cause != Cause::kSchemesAgree) return cause;
  }
  return good ? Cause::kSchemesAgree : Cause::kNothingToCompare;
}

}  // namespace stapling::exporter
