#include "exporter/probe_metrics.h"

#include <prometheus/metric_family.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "exporter/cross_check_metrics.h"
#include "exporter/exposition.h"
#include "exporter/lifetime.h"
#include "exporter/metric_families.h"

namespace stapling::exporter {
namespace {

using prometheus::MetricFamily;
using std::chrono::sys_seconds;

// FNV-1a over the octets, as blackbox_exporter hashes them.
std::uint32_t AddressHash(const IpAddress& address) {
  std::uint32_t hash = 2166136261U;
  for (const std::uint8_t octet : address.octets()) {
    hash ^= octet;
    hash *= 16777619U;
  }
  return hash;
}

void AddNetwork(Families& families, const Connection& connection) {
  if (connection.address) {
    families.Add(ProbeMetric::kIpProtocol, {}, connection.address->is_ip6() ? 6.0 : 4.0);
    families.Add(ProbeMetric::kIpAddrHash, {},
                 static_cast<double>(AddressHash(*connection.address)));
  }
  // A phase may be entered more than once; its series is the sum.
  std::map<Phase, double> seconds;
  for (const auto& [phase, duration] : connection.phases) seconds[phase] += duration.count();
  for (const auto& [phase, duration] : seconds) {
    families.Add(ProbeMetric::kPhaseDuration, {{"phase", Describe(phase).label}}, duration);
  }
}

void AddLeafInfo(Families& families, const CertificateLabels& leaf) {
  families.Add(ProbeMetric::kLastChainInfo,
               {{"fingerprint_sha256", leaf.fingerprint_sha256},
                {"subject", leaf.subject},
                {"issuer", leaf.issuer},
                {"subjectalternative", leaf.subject_alternative},
                {"serialnumber", leaf.serial}},
               true);
}

// Of what the server sent.
std::optional<sys_seconds> EarliestExpiry(const Handshake& handshake) {
  std::optional<sys_seconds> earliest;
  for (const PresentedCertificate& presented : handshake.chain) {
    const auto& not_after = presented.facts.validity.not_after;
    if (not_after && (!earliest || *not_after < *earliest)) earliest = not_after;
  }
  return earliest;
}

void AddTls(Families& families, const Connection& connection) {
  const Handshake& handshake = connection.handshake;
  if (!handshake.library.empty()) {
    families.Add(ProbeMetric::kTlsLibraryInfo,
                 {{"library", handshake.library}, {"version", handshake.library_version}}, true);
  }
  if (handshake.opinion) {
    families.Add(ProbeMetric::kAcceptedByLibrary, {{"library", handshake.library}},
                 handshake.opinion->accepted);
  }
  if (!handshake.version.empty()) {
    families.Add(ProbeMetric::kTlsVersionInfo, {{"version", handshake.version}}, true);
  }
  if (!handshake.cipher.empty()) {
    families.Add(ProbeMetric::kTlsCipherInfo, {{"cipher", handshake.cipher}}, true);
  }
  if (handshake.chain_checked) {
    families.Add(ProbeMetric::kChainValid, {}, !handshake.chain_error.has_value());
    if (handshake.chain_error) {
      families.Add(ProbeMetric::kChainErrorInfo,
                   {{"error", Describe(*handshake.chain_error).label}}, true);
    }
  }
  families.Add(ProbeMetric::kHostnameValid, {}, connection.hostname_valid);

  families.Add(ProbeMetric::kEarliestCertExpiry, {}, EarliestExpiry(handshake));
  // A failed verification may hand out a chain too, which vouches for nothing.
  if (handshake.chain_verified()) {
    families.Add(ProbeMetric::kLastChainExpiry, {}, handshake.verified_validity.not_after);
  }
  if (handshake.leaf) AddLeafInfo(families, *handshake.leaf);
}

// Known as soon as one of the two failed, or both were evaluated; without a signature that could
// be verified there is nothing to say.
std::optional<bool> SignatureValid(const CheckResults& checks) {
  const auto signature = checks[Check::kSignature];
  if (!signature || !*signature) return signature;
  return checks[Check::kSignerAuthorized];
}

void AddStates(Families& families, const Labels& labels, const Judgement& judgement) {
  for (const CheckInfo& info : Checks()) {
    families.Add(ProbeMetric::kCheckPassed, With(labels, "check", info.label),
                 judgement.checks[info.check]);
  }
  families.AddStates(ProbeMetric::kResponseStatus, labels, ResponseStatuses(),
                     judgement.response_status);
  families.AddStates(ProbeMetric::kCertificateStatus, labels, CertificateStatuses(),
                     judgement.certificate_status);
}

void AddTimes(Families& families, const Labels& labels, const Judgement& judgement,
              sys_seconds now) {
  families.Add(ProbeMetric::kThisUpdate, labels, judgement.this_update);
  families.Add(ProbeMetric::kNextUpdate, labels, judgement.next_update);
  families.Add(ProbeMetric::kProducedAt, labels, judgement.produced_at);
  families.Add(ProbeMetric::kEffectiveExpiry, labels, judgement.effective_expiry);
  families.Add(ProbeMetric::kSignerNotAfter, labels, judgement.signer_not_after);

  const Lifetime lifetime = LifetimeOf(judgement, now);
  families.Add(ProbeMetric::kAge, labels, lifetime.age);
  families.Add(ProbeMetric::kRemaining, labels, lifetime.remaining);
  families.Add(ProbeMetric::kLifetimeUsed, labels, lifetime.used_ratio);
}

void AddRevocation(Families& families, const Labels& labels, const Judgement& judgement) {
  if (judgement.certificate_status != CertificateStatus::kRevoked) return;
  families.Add(ProbeMetric::kRevokedAt, labels, judgement.revoked_at);
  if (judgement.revocation_reason) {
    families.Add(ProbeMetric::kRevocationReasonInfo,
                 With(labels, "reason", RevocationReasonLabel(*judgement.revocation_reason)), true);
  }
}

void AddJudgement(Families& families, const Labels& labels, const Judgement& judgement,
                  sys_seconds now) {
  families.Add(ProbeMetric::kStapleValid, labels, judgement.valid);
  families.Add(ProbeMetric::kSignatureValid, labels, SignatureValid(judgement.checks));
  AddStates(families, labels, judgement);
  AddTimes(families, labels, judgement, now);
  AddRevocation(families, labels, judgement);
  families.Add(ProbeMetric::kSize, labels, static_cast<double>(judgement.size_bytes));
  // The response was read far enough to say something of itself.
  if (!judgement.responder_id.empty() || !judgement.serial.empty()) {
    Labels info = labels;
    info.emplace_back("serial", judgement.serial);
    info.emplace_back("signer", judgement.signer ? Label(*judgement.signer) : "");
    info.emplace_back("responder_id", judgement.responder_id);
    info.emplace_back("signature_algorithm", judgement.signature_algorithm);
    info.emplace_back("certid_hash", judgement.certid_hash);
    families.Add(ProbeMetric::kStapleInfo, info, true);
  }
}

void AddStaple(Families& families, const StapleReport& staple, sys_seconds now) {
  const Labels labels{{"depth", std::to_string(staple.depth)}};
  families.Add(ProbeMetric::kMustStaple, labels, staple.must_staple);
  families.Add(ProbeMetric::kNamesResponder, labels, staple.names_responder);
  families.Add(ProbeMetric::kStapleRequired, labels, staple.required);
  families.Add(ProbeMetric::kStapleExpected, labels, staple.expected);
  families.Add(ProbeMetric::kStaplePresent, labels, staple.present);
  // Where this TLS version has no place for a staple, or the handshake ended before it, it is not
  // missing either.
  if (!staple.present) return;
  families.Add(ProbeMetric::kVerdictInfo,
               With(labels, "verdict", Describe(staple.judgement.verdict).label), true);
  if (*staple.present) AddJudgement(families, labels, staple.judgement, now);
}

void AddAttempts(Families& families, const Attempts& attempts) {
  families.Add(ProbeMetric::kStapleAttempts, {}, static_cast<double>(attempts.made));
  families.Add(ProbeMetric::kStapleAttemptsStapled, {}, static_cast<double>(attempts.stapled));
}

Labels LabelsOf(const Connection& connection) {
  Labels labels;
  const Combination& combination = connection.combination;
  if (combination.address) labels.emplace_back("address", connection.address->ToString());
  if (combination.tls_version) labels.emplace_back("tls_version", Label(*combination.tls_version));
  if (combination.key_type) labels.emplace_back("key_type", Label(*combination.key_type));
  return labels;
}

void AddFailure(Families& families, const Failure& failure) {
  families.Add(
      ProbeMetric::kFailureInfo,
      {{"phase", Describe(failure.phase).label}, {"reason", Describe(failure.reason).label}}, true);
}

// What the combinations share.
void AddVaried(Families& families, const ProbeResult& result) {
  if (result.dns_lookup) {
    families.Add(ProbeMetric::kPhaseDuration, {{"phase", Describe(Phase::kResolve).label}},
                 result.dns_lookup->count());
  }
  families.Add(ProbeMetric::kCombinationsSkipped, {},
               static_cast<double>(result.combinations_skipped));
}

void AddConnection(Families& families, const Connection& connection, sys_seconds now) {
  const Labels labels = LabelsOf(connection);
  const bool varied = !labels.empty();
  families.Label(labels);
  if (connection.unsupported) {
    families.Add(ProbeMetric::kCombinationUnsupportedInfo,
                 {{"reason", Describe(connection.unsupported->reason).label}}, true);
    return;
  }
  if (connection.failure) AddFailure(families, *connection.failure);
  if (varied) families.Add(ProbeMetric::kHandshakeSuccess, {}, connection.completed());
  AddNetwork(families, connection);
  AddTls(families, connection);
  if (connection.attempts.made > 1) AddAttempts(families, connection.attempts);
  for (const StapleReport& staple : connection.staples) AddStaple(families, staple, now);
  if (connection.cross_check) AddCrossCheck(families, *connection.cross_check);
}

}  // namespace

std::vector<MetricFamily> ProbeMetrics(const ProbeResult& result,
                                       std::chrono::duration<double> timeout) {
  Families families;
  families.Add(ProbeMetric::kSuccess, {}, result.success);
  families.Add(ProbeMetric::kDuration, {}, result.duration.count());
  families.Add(ProbeMetric::kTimeout, {}, timeout.count());
  if (result.dns_lookup) families.Add(ProbeMetric::kDnsLookupTime, {}, result.dns_lookup->count());
  if (result.varied) AddVaried(families, result);
  if (!result.success && !result.failure()) {
    AddFailure(families, {Phase::kJudge, Reason::kInternal, ""});
  }
  for (const Connection& connection : result.connections) {
    AddConnection(families, connection, result.now);
  }
  return families.Take();
}

std::string ProbeMetricsText(const ProbeResult& result, std::chrono::duration<double> timeout) {
  return Exposition(ProbeMetrics(result, timeout));
}

}  // namespace stapling::exporter
