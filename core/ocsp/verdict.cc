#include "core/ocsp/verdict.h"

namespace stapling {
namespace {

constexpr std::array<CheckInfo, kCheckCount> kChecks{{
    {Check::kWellFormed, "well_formed",
     "The staple is exactly one DER OCSPResponse with a defined status."},
    {Check::kResponseSuccessful, "response_successful", "The response's status is successful."},
    {Check::kIssuerKnown, "issuer_known", "The certificate's issuer is at hand."},
    {Check::kCertificateMatch, "certificate_match",
     "The response speaks of this certificate, by serial and issuer."},
    {Check::kCriticalExtensions, "critical_extensions",
     "The response holds no critical extension that is not understood."},
    {Check::kSignature, "signature", "The signature verifies under the signer's key."},
    {Check::kSignerAuthorized, "signer_authorized",
     "The signer is the issuer or a responder that the issuer authorised."},
    {Check::kSignerCurrent, "signer_current",
     "The delegated signer's certificate is inside its validity."},
    {Check::kProducedAt, "produced_at",
     "producedAt is inside the certificate's validity and not in the future."},
    {Check::kThisUpdate, "this_update", "thisUpdate is not in the future."},
    {Check::kNextUpdate, "next_update", "nextUpdate is not in the past."},
    {Check::kMaxAge, "max_age", "thisUpdate is no older than max_age."},
}};

constexpr std::array<VerdictInfo, kVerdictCount> kVerdicts{{
    {Verdict::kMissing, "missing", "The server staples no response for this certificate.",
     "Switch stapling on in the server and check that it can reach the responder that the "
     "certificate names."},
    {Verdict::kMalformed, "malformed", "The staple is not a well-formed OCSP response.",
     "Look at what the server fetched or was given as its staple, and remove it so that a new one "
     "is fetched."},
    {Verdict::kResponderError, "responder_error",
     "The staple is an error message of the responder instead of an answer.",
     "Find out why the responder refuses, and have the server keep its last good response "
     "meanwhile."},
    {Verdict::kIssuerUnknown, "issuer_unknown",
     "The certificate's issuer is not at hand, so nothing vouches for the staple.",
     "Have the server send its intermediate certificate, or name the right CA in ca_file."},
    {Verdict::kWrongCertificate, "wrong_certificate", "The staple is about another certificate.",
     "Have the server fetch a new staple; after a renewal it may still hold the old "
     "certificate's."},
    {Verdict::kCriticalExtension, "critical_extension",
     "The response holds a critical extension that a client need not understand.",
     "Ask the CA to leave the critical extension out."},
    {Verdict::kBadSignature, "bad_signature", "The response's signature does not verify.",
     "Have the server fetch a new staple; if that is bad too, tell the CA."},
    {Verdict::kUnauthorizedSigner, "unauthorized_signer",
     "The response was signed by somebody whom the issuer did not authorise.",
     "Check which responder the server asks; its certificate must come from the certificate's own "
     "issuer, with OCSPSigning."},
    {Verdict::kSignerExpired, "signer_expired",
     "The delegated signer's certificate is outside its validity.",
     "Have the server fetch a new staple; if its signer is the same, tell the CA."},
    {Verdict::kNotYetValid, "not_yet_valid", "The response's thisUpdate is in the future.",
     "Check the clocks of the exporter's host and of the responder."},
    {Verdict::kExpired, "expired", "The response's nextUpdate has passed.",
     "Find out why the server does not refresh its staple: its way to the responder, its cache "
     "file, its own timer."},
    {Verdict::kTooOld, "too_old", "The response is older than max_age allows.",
     "Find out why the server does not refresh its staple, or raise max_age."},
    {Verdict::kNoNextUpdate, "no_next_update",
     "The response has no nextUpdate, and the module requires one.",
     "Ask the CA for responses with nextUpdate, or set max_age instead of require_next_update."},
    {Verdict::kProducedAtOutOfRange, "produced_at_out_of_range",
     "The response was produced outside the certificate's validity, or in the future.",
     "Check the responder's clock."},
    {Verdict::kRevoked, "revoked", "The CA says that the certificate is revoked.",
     "Replace the certificate and its key."},
    {Verdict::kUnknown, "unknown", "The responder says that it does not know the certificate.",
     "Ask the CA; right after issuance, wait and have the server fetch again."},
    {Verdict::kGood, "good",
     "The CA says that the certificate is good, and a strict client agrees.", ""},
}};

constexpr std::array kResponseStatuses{
    ResponseStatus::kSuccessful, ResponseStatus::kMalformedRequest, ResponseStatus::kInternalError,
    ResponseStatus::kTryLater,   ResponseStatus::kSigRequired,      ResponseStatus::kUnauthorized,
};

constexpr std::array kCertificateStatuses{
    CertificateStatus::kGood,
    CertificateStatus::kRevoked,
    CertificateStatus::kUnknown,
};

}  // namespace

std::span<const CheckInfo, kCheckCount> Checks() { return kChecks; }
std::span<const VerdictInfo, kVerdictCount> Verdicts() { return kVerdicts; }
std::span<const ResponseStatus> ResponseStatuses() { return kResponseStatuses; }
std::span<const CertificateStatus> CertificateStatuses() { return kCertificateStatuses; }

const CheckInfo& Describe(Check check) { return kChecks.at(static_cast<std::size_t>(check)); }
const VerdictInfo& Describe(Verdict verdict) {
  return kVerdicts.at(static_cast<std::size_t>(verdict));
}

std::string_view Label(ResponseStatus status) {
  switch (status) {
    case ResponseStatus::kSuccessful:
      return "successful";
    case ResponseStatus::kMalformedRequest:
      return "malformed_request";
    case ResponseStatus::kInternalError:
      return "internal_error";
    case ResponseStatus::kTryLater:
      return "try_later";
    case ResponseStatus::kSigRequired:
      return "sig_required";
    case ResponseStatus::kUnauthorized:
      return "unauthorized";
  }
  return "";
}

std::string_view Label(CertificateStatus status) {
  switch (status) {
    case CertificateStatus::kGood:
      return "good";
    case CertificateStatus::kUnknown:
      return "unknown";
    case CertificateStatus::kRevoked:
      return "revoked";
  }
  return "";
}

std::string_view Label(Signer signer) { return signer == Signer::kIssuer ? "issuer" : "delegated"; }

std::string_view RevocationReasonLabel(long code) {
  switch (code) {
    case 0:
      return "unspecified";
    case 1:
      return "key_compromise";
    case 2:
      return "ca_compromise";
    case 3:
      return "affiliation_changed";
    case 4:
      return "superseded";
    case 5:
      return "cessation_of_operation";
    case 6:
      return "certificate_hold";
    case 8:
      return "remove_from_crl";
    case 9:
      return "privilege_withdrawn";
    case 10:
      return "aa_compromise";
    default:
      return "other";
  }
}

}  // namespace stapling
