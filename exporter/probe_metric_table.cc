#include "exporter/probe_metric_table.h"

#include <array>
#include <cstddef>

namespace stapling::exporter {
namespace {

constexpr std::array kTable{
    ProbeMetricInfo{ProbeMetric::kSuccess, "probe_success",
                    "Whether a strict client would go on with this server: 1 yes, 0 no."},
    ProbeMetricInfo{ProbeMetric::kDuration, "probe_duration_seconds",
                    "How long the probe took, in seconds."},
    ProbeMetricInfo{ProbeMetric::kTimeout, "probe_timeout_seconds",
                    "How long the probe was allowed to take, in seconds."},
    ProbeMetricInfo{ProbeMetric::kFailureInfo, "probe_failure_info",
                    "The first phase that failed and why; only when probe_success is 0."},
    ProbeMetricInfo{ProbeMetric::kDnsLookupTime, "probe_dns_lookup_time_seconds",
                    "How long resolving the target's name took, in seconds."},
    ProbeMetricInfo{ProbeMetric::kIpProtocol, "probe_ip_protocol",
                    "The IP version of the probed address: 4 or 6."},
    ProbeMetricInfo{ProbeMetric::kIpAddrHash, "probe_ip_addr_hash",
                    "A hash (FNV-1a, 32 bits) of the probed address; it changes with the address."},
    ProbeMetricInfo{ProbeMetric::kPhaseDuration, "probe_phase_duration_seconds",
                    "How long each phase that was entered took, in seconds."},
    ProbeMetricInfo{ProbeMetric::kTlsLibraryInfo, "probe_tls_library_info",
                    "The TLS library that made the handshake."},
    ProbeMetricInfo{ProbeMetric::kTlsVersionInfo, "probe_tls_version_info",
                    "The TLS version that was agreed on."},
    ProbeMetricInfo{ProbeMetric::kTlsCipherInfo, "probe_tls_cipher_info",
                    "The cipher suite that was agreed on, by its IANA name."},
    ProbeMetricInfo{ProbeMetric::kChainValid, "probe_tls_chain_valid",
                    "Whether the certificate chain verifies against the module's trust store."},
    ProbeMetricInfo{ProbeMetric::kChainErrorInfo, "probe_tls_chain_error_info",
                    "Why the certificate chain does not verify."},
    ProbeMetricInfo{ProbeMetric::kHostnameValid, "probe_tls_hostname_valid",
                    "Whether the leaf certificate speaks for the name that was asked for."},
    ProbeMetricInfo{ProbeMetric::kEarliestCertExpiry, "probe_ssl_earliest_cert_expiry",
                    "The earliest notAfter of the certificates that the server sent, in Unix "
                    "seconds."},
    ProbeMetricInfo{ProbeMetric::kLastChainExpiry, "probe_ssl_last_chain_expiry_timestamp_seconds",
                    "The earliest notAfter of the verified chain, in Unix seconds."},
    ProbeMetricInfo{ProbeMetric::kLastChainInfo, "probe_ssl_last_chain_info",
                    "The leaf certificate: fingerprint, names and serial number."},
    ProbeMetricInfo{ProbeMetric::kHandshakeSuccess, "probe_handshake_success",
                    "Whether the handshake of this combination was completed; only where the "
                    "module varies something."},
    ProbeMetricInfo{ProbeMetric::kCombinationUnsupportedInfo, "probe_combination_unsupported_info",
                    "Why the server does not do this combination, where it does another."},
    ProbeMetricInfo{ProbeMetric::kCombinationsSkipped, "probe_combinations_skipped",
                    "How many combinations were not tried, beyond the module's bound."},
    ProbeMetricInfo{ProbeMetric::kMustStaple, "ocsp_certificate_must_staple",
                    "Whether the certificate demands a staple of its server (RFC 7633)."},
    ProbeMetricInfo{ProbeMetric::kNamesResponder, "ocsp_certificate_names_responder",
                    "Whether the certificate names an OCSP responder."},
    ProbeMetricInfo{ProbeMetric::kStapleRequired, "ocsp_staple_required",
                    "Whether the module demands a staple for this certificate."},
    ProbeMetricInfo{ProbeMetric::kStapleExpected, "ocsp_staple_expected",
                    "Whether a staple is required, demanded by the certificate, or possible "
                    "because it names a responder."},
    ProbeMetricInfo{ProbeMetric::kStaplePresent, "ocsp_staple_present",
                    "Whether the server stapled a response for this certificate."},
    ProbeMetricInfo{ProbeMetric::kStapleValid, "ocsp_staple_valid",
                    "Whether the staple passes every check that applies; a revoked answer can."},
    ProbeMetricInfo{ProbeMetric::kSignatureValid, "ocsp_staple_signature_valid",
                    "Whether the staple is signed by someone whom the certificate's issuer "
                    "authorised."},
    ProbeMetricInfo{ProbeMetric::kCheckPassed, "ocsp_staple_check_passed",
                    "Whether the staple passes this check; only checks that were evaluated."},
    ProbeMetricInfo{ProbeMetric::kVerdictInfo, "ocsp_staple_verdict_info",
                    "The verdict on the staple; missing if there is none."},
    ProbeMetricInfo{ProbeMetric::kResponseStatus, "ocsp_staple_response_status",
                    "The status of the OCSP response: 1 for the one that holds."},
    ProbeMetricInfo{ProbeMetric::kCertificateStatus, "ocsp_staple_certificate_status",
                    "What an authentic response says of the certificate: 1 for the one that "
                    "holds."},
    ProbeMetricInfo{ProbeMetric::kThisUpdate, "ocsp_staple_this_update_timestamp_seconds",
                    "The response's thisUpdate, in Unix seconds."},
    ProbeMetricInfo{ProbeMetric::kNextUpdate, "ocsp_staple_next_update_timestamp_seconds",
                    "The response's nextUpdate, in Unix seconds."},
    ProbeMetricInfo{ProbeMetric::kProducedAt, "ocsp_staple_produced_at_timestamp_seconds",
                    "The response's producedAt, in Unix seconds."},
    ProbeMetricInfo{ProbeMetric::kEffectiveExpiry, "ocsp_staple_effective_expiry_timestamp_seconds",
                    "When clients stop accepting the staple: the earlier of nextUpdate and the "
                    "signer's notAfter, in Unix seconds."},
    ProbeMetricInfo{ProbeMetric::kAge, "ocsp_staple_age_seconds",
                    "The time since the response's thisUpdate, in seconds."},
    ProbeMetricInfo{
        ProbeMetric::kRemaining, "ocsp_staple_remaining_seconds",
        "The time until the staple's effective expiry, in seconds; negative once past."},
    ProbeMetricInfo{ProbeMetric::kLifetimeUsed, "ocsp_staple_lifetime_used_ratio",
                    "The share of the staple's lifetime that has passed; above 1 once expired."},
    ProbeMetricInfo{ProbeMetric::kSignerNotAfter, "ocsp_staple_signer_not_after_timestamp_seconds",
                    "The notAfter of the delegated signer's certificate, in Unix seconds."},
    ProbeMetricInfo{ProbeMetric::kRevokedAt, "ocsp_staple_revoked_at_timestamp_seconds",
                    "When the certificate was revoked, in Unix seconds."},
    ProbeMetricInfo{ProbeMetric::kRevocationReasonInfo, "ocsp_staple_revocation_reason_info",
                    "Why the certificate was revoked, if the response says so."},
    ProbeMetricInfo{ProbeMetric::kSize, "ocsp_staple_size_bytes",
                    "The length of the stapled response, in bytes of DER."},
    ProbeMetricInfo{ProbeMetric::kStapleInfo, "ocsp_staple_info",
                    "What the response says of itself: serial number, signer and algorithms."},
    ProbeMetricInfo{ProbeMetric::kAcceptedByLibrary, "ocsp_staple_accepted_by_library",
                    "Whether the TLS library itself accepts the leaf's staple: its own opinion, "
                    "beside the verdict."},
    ProbeMetricInfo{ProbeMetric::kStapleAttempts, "ocsp_staple_attempts",
                    "How many connections saw whether the server staples, of the attempts that the "
                    "module asks for."},
    ProbeMetricInfo{ProbeMetric::kStapleAttemptsStapled, "ocsp_staple_attempts_stapled",
                    "How many of these connections carried a staple for the leaf."},
    ProbeMetricInfo{ProbeMetric::kStapleLag, "ocsp_staple_lag_seconds",
                    "The responder's thisUpdate less the staple's, in seconds."},
    ProbeMetricInfo{
        ProbeMetric::kResponderUp, "ocsp_responder_up",
        "Whether the last exchange with the responder gave an OCSP response, whatever it says."},
    ProbeMetricInfo{ProbeMetric::kResponderDuration, "ocsp_responder_duration_seconds",
                    "How long the last exchange with the responder took, in seconds."},
    ProbeMetricInfo{ProbeMetric::kResponderHttpStatus, "ocsp_responder_http_status_code",
                    "The HTTP status of the responder's last answer."},
    ProbeMetricInfo{ProbeMetric::kResponderFailureInfo, "ocsp_responder_failure_info",
                    "Why the last exchange with the responder gave none; only when up is 0."},
    ProbeMetricInfo{ProbeMetric::kResponderVerdictInfo, "ocsp_responder_verdict_info",
                    "The verdict on the responder's answer, judged as a staple would be."},
    ProbeMetricInfo{ProbeMetric::kResponderResponseStatus, "ocsp_responder_response_status",
                    "The status of the responder's OCSP response: 1 for the one that holds."},
    ProbeMetricInfo{ProbeMetric::kResponderCertificateStatus, "ocsp_responder_certificate_status",
                    "What an authentic answer of the responder says of the certificate: 1 for the "
                    "one that holds."},
    ProbeMetricInfo{ProbeMetric::kResponderThisUpdate,
                    "ocsp_responder_this_update_timestamp_seconds",
                    "The answer's thisUpdate, in Unix seconds."},
    ProbeMetricInfo{ProbeMetric::kResponderNextUpdate,
                    "ocsp_responder_next_update_timestamp_seconds",
                    "The answer's nextUpdate, in Unix seconds."},
    ProbeMetricInfo{ProbeMetric::kResponderCacheAge, "ocsp_responder_cache_age_seconds",
                    "How long ago the answer was had from the responder, in seconds."},
    ProbeMetricInfo{ProbeMetric::kCrlUp, "ocsp_crl_up",
                    "Whether the last exchange about the CRL gave one, whatever it says."},
    ProbeMetricInfo{ProbeMetric::kCrlHttpStatus, "ocsp_crl_http_status_code",
                    "The HTTP status of the last answer about the CRL."},
    ProbeMetricInfo{ProbeMetric::kCrlFailureInfo, "ocsp_crl_failure_info",
                    "Why the last exchange about the CRL gave none; only when up is 0."},
    ProbeMetricInfo{ProbeMetric::kCrlVerdictInfo, "ocsp_crl_verdict_info",
                    "The verdict on the CRL for this certificate."},
    ProbeMetricInfo{ProbeMetric::kCrlCertificateRevoked, "ocsp_crl_certificate_revoked",
                    "Whether an authentic CRL that covers the certificate lists it."},
    ProbeMetricInfo{ProbeMetric::kCrlThisUpdate, "ocsp_crl_this_update_timestamp_seconds",
                    "The CRL's thisUpdate, in Unix seconds."},
    ProbeMetricInfo{ProbeMetric::kCrlNextUpdate, "ocsp_crl_next_update_timestamp_seconds",
                    "The CRL's nextUpdate, in Unix seconds."},
    ProbeMetricInfo{ProbeMetric::kCrlCacheAge, "ocsp_crl_cache_age_seconds",
                    "How long ago the CRL was fetched, in seconds."},
    ProbeMetricInfo{ProbeMetric::kRevocationAgreement, "ocsp_revocation_agreement",
                    "Whether staple, responder and CRL say the same; only where two of them gave a "
                    "valid answer."},
};

constexpr bool InOrder() {
  for (std::size_t index = 0; index < kTable.size(); ++index) {
    if (kTable[index].metric != static_cast<ProbeMetric>(index)) return false;
  }
  return true;
}
static_assert(InOrder());
static_assert(kTable.size() == static_cast<std::size_t>(ProbeMetric::kRevocationAgreement) + 1);

}  // namespace

std::span<const ProbeMetricInfo> ProbeMetricTable() { return kTable; }

}  // namespace stapling::exporter
