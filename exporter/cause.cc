#include "exporter/cause.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace stapling::exporter {
namespace {

constexpr std::array kCauses{
    CauseInfo{Cause::kSchemesDisagree, "schemes_disagree",
              "One of staple, responder and CRL says that the certificate is revoked, another does "
              "not.",
              "Believe the one that says revoked, and tell the CA: its sources contradict each "
              "other.",
              ExitStatus::kCritical},
    CauseInfo{Cause::kRevoked, "revoked", "The CA says that the certificate is revoked.",
              "Replace the certificate and its key.", ExitStatus::kCritical},
    CauseInfo{Cause::kResponderKnowsNothing, "responder_knows_nothing",
              "The CA's responder does not know the certificate.",
              "Ask the CA; right after issuance, wait and try again.", ExitStatus::kCritical},
    CauseInfo{Cause::kResponderDown, "responder_down",
              "The CA's responder gives no answer; as long as servers get none either, they can "
              "fetch no staple.",
              "See the reason why: it may be the exporter's own way there. Else tell the CA, and "
              "see that the server keeps its last good staple meanwhile.",
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
              "The responder is fine: it is the server that fetches no fresh staple, or does not "
              "hand it out.",
              "Switch stapling on in the server, and see that it can resolve and reach the "
              "responder.",
              ExitStatus::kGood},
    CauseInfo{Cause::kCrlDown, "crl_down", "The CA's CRL cannot be fetched.",
              "See the reason why: it may be the exporter's own way there. Else tell the CA.",
              ExitStatus::kWarning},
    CauseInfo{Cause::kCrlUnfit, "crl_unfit",
              "The CA's CRL is there, but says nothing that a client could accept.",
              "Tell the CA what the verdict on its CRL is.", ExitStatus::kWarning},
    CauseInfo{Cause::kOcspRetired, "ocsp_retired",
              "The certificate names no responder, only a CRL: its CA has retired OCSP, or never "
              "had it.",
              "Nothing can be stapled any more; see that the certificate does not demand it.",
              ExitStatus::kGood},
    CauseInfo{Cause::kSchemesAgree, "schemes_agree",
              "All that the CA was asked says that the certificate is good.", "",
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

// Some authentic answer says so, be it current or not.
bool IsRevoked(const Connection& connection, unsigned depth) {
  const auto revoked = [](const Judgement& judgement) {
    return judgement.certificate_status == CertificateStatus::kRevoked;
  };
  const CrossCheck& check = *connection.cross_check;
  return std::ranges::any_of(connection.staples,
                             [&](const StapleReport& staple) {
                               return staple.depth == depth && revoked(staple.judgement);
                             }) ||
         std::ranges::any_of(check.responders,
                             [&](const ResponderReport& responder) {
                               return responder.exchange.depth == depth && responder.judgement &&
                                      revoked(*responder.judgement);
                             }) ||
         std::ranges::any_of(check.crls, [&](const CrlReport& crl) {
           return crl.exchange.depth == depth && crl.judgement &&
                  crl.judgement->revoked.value_or(false);
         });
}

bool KnowsNothing(const Judgement& judgement) {
  return judgement.verdict == Verdict::kUnknown ||
         judgement.response_status == ResponseStatus::kUnauthorized;
}

// Each: nothing where all is well.

std::optional<Cause> FaultOf(const ResponderReport& responder) {
  if (responder.judgement && KnowsNothing(*responder.judgement)) {
    return Cause::kResponderKnowsNothing;
  }
  if (!responder.judgement || !responder.exchange.up) return Cause::kResponderDown;
  if (!responder.judgement->valid) return Cause::kResponderUnfit;
  return std::nullopt;
}

// Where the responder is fine.
std::optional<Cause> FaultOf(const StapleReport& staple) {
  if (!staple.present || staple.judgement.verdict == Verdict::kGood) return std::nullopt;
  if (!*staple.present && !staple.expected.value_or(false)) return std::nullopt;
  return staple.judgement.verdict == Verdict::kWrongCertificate ? Cause::kStapleOfAnotherCertificate
                                                                : Cause::kServerNotFetching;
}

std::optional<Cause> FaultOf(const CrlReport& crl) {
  if (!crl.judgement || !crl.exchange.up) return Cause::kCrlDown;
  if (!crl.judgement->valid) return Cause::kCrlUnfit;
  return std::nullopt;
}

std::optional<Cause> FaultOfOcsp(const Connection& connection, const SchemeComparison& schemes) {
  // A staple is the responder's word, too.
  if (schemes.staple == RevocationStatus::kUnknown && !schemes.responder) {
    return Cause::kResponderKnowsNothing;
  }
  const auto* responder = LastOf(connection.cross_check->responders, schemes.depth);
  if (responder == nullptr) return std::nullopt;
  if (const auto fault = FaultOf(*responder)) return fault;
  const auto staple = std::ranges::find(connection.staples, schemes.depth, &StapleReport::depth);
  return staple == connection.staples.end() ? std::nullopt : FaultOf(*staple);
}

// Intermediates never named a responder as leaves did.
bool IsOcspRetired(const SchemeComparison& schemes) {
  return schemes.depth == 0 && !schemes.names_responder && schemes.names_crl && !schemes.staple;
}

}  // namespace

std::span<const CauseInfo> Causes() { return kCauses; }

const CauseInfo& Describe(Cause cause) { return kCauses.at(static_cast<std::size_t>(cause)); }

Cause CauseOf(const Connection& connection, const SchemeComparison& schemes) {
  if (IsRevoked(connection, schemes.depth)) {
    const bool contradicted =
        Says(schemes, RevocationStatus::kGood) || Says(schemes, RevocationStatus::kUnknown);
    return contradicted ? Cause::kSchemesDisagree : Cause::kRevoked;
  }
  if (const auto fault = FaultOfOcsp(connection, schemes)) return *fault;
  const CrossCheck& check = *connection.cross_check;
  const auto* crl = LastOf(check.crls, schemes.depth);
  if (crl != nullptr) {
    if (const auto fault = FaultOf(*crl)) return *fault;
  }
  if (IsOcspRetired(schemes)) return Cause::kOcspRetired;
  const bool asked = crl != nullptr || LastOf(check.responders, schemes.depth) != nullptr;
  return asked ? Cause::kSchemesAgree : Cause::kNothingToCompare;
}

}  // namespace stapling::exporter
