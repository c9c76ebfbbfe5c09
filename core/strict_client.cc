#include "core/strict_client.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/x509/certificate.h"
#include "core/x509/issuer.h"

namespace stapling {
namespace {

bool IsRequired(StapleRequirement requirement, const StapleReport& report) {
  switch (requirement) {
    case StapleRequirement::kNever:
      return false;
    case StapleRequirement::kMustStaple:
      return report.must_staple;
    case StapleRequirement::kExpected:
      return report.must_staple || report.names_responder;
    case StapleRequirement::kAlways:
      return true;
  }
  return false;
}

// Judges one connection's chain, staple by staple.
class ChainJudge {
 public:
  ChainJudge(const Module& module, const TrustStore& trust_store, const Handshake& handshake,
             std::chrono::sys_seconds now)
      : module_(module), trust_store_(trust_store), handshake_(handshake), now_(now) {}

  [[nodiscard]] std::vector<StapleReport> Run() const {
    std::vector<StapleReport> reports;
    const auto& chain = handshake_.chain;
    const std::size_t depths = std::min<std::size_t>(chain.size(), kMaxReportedDepth + 1);
    for (unsigned depth = 0; depth < depths; ++depth) {
      if (depth > 0 && IsSelfIssued(chain[depth].certificate.get())) continue;
      reports.push_back(Report(depth));
    }
    return reports;
  }

 private:
  [[nodiscard]] StapleReport Report(unsigned depth) const {
    X509* certificate = handshake_.chain[depth].certificate.get();
    StapleReport report{.depth = depth,
                        .must_staple = IsMustStaple(certificate),
                        .names_responder = !ResponderUrls(certificate).empty()};
    const bool has_place = depth == 0 || handshake_.staples_for_chain;
    if (depth == 0 || (module_.staple.chain && has_place)) {
      report.required = IsRequired(module_.staple.require, report);
      report.expected = *report.required || report.must_staple || report.names_responder;
    }
    const auto& staple = handshake_.chain[depth].staple;
    if (has_place) report.present = staple.has_value();
    if (staple) report.judgement = JudgeStaple(certificate, *staple);
    return report;
  }

  [[nodiscard]] Judgement JudgeStaple(X509* certificate, const Bytes& staple) const {
    const X509Ptr issuer = IssuerOf(certificate, handshake_, &trust_store_);
    return Judge({.response = staple,
                  .certificate = certificate,
                  .issuer = issuer.get(),
                  .now = now_,
                  .policy = module_.staple.policy});
  }

  const Module& module_;
  const TrustStore& trust_store_;
  const Handshake& handshake_;
  std::chrono::sys_seconds now_;
};

std::string AtDepth(const StapleReport& report) {
  return "depth " + std::to_string(report.depth) + ": " +
         std::string(Describe(report.judgement.verdict).label);
}

std::optional<Reason> StapleObjection(const StapleReport& report) {
  if (!report.present.value_or(false)) {
    if (report.required.value_or(false)) return Reason::kStapleMissing;
    return std::nullopt;
  }
  switch (report.judgement.verdict) {
    case Verdict::kGood:
      return std::nullopt;
    case Verdict::kRevoked:
      return Reason::kRevoked;
    case Verdict::kUnknown:
      return Reason::kUnknown;
    default:
      return Reason::kStapleInvalid;
  }
}

}  // namespace

std::vector<StapleReport> JudgeStaples(const Module& module, const TrustStore& trust_store,
                                       const Handshake& handshake, std::chrono::sys_seconds now) {
  return ChainJudge(module, trust_store, handshake, now).Run();
}

X509Ptr IssuerOf(X509* certificate, const Handshake& handshake, const TrustStore* trust_store) {
  std::vector<X509Ptr> presented;
  presented.reserve(handshake.chain.size());
  for (const PresentedCertificate& entry : handshake.chain) {
    presented.push_back(Share(entry.certificate.get()));
  }
  return FindIssuer(certificate, {.verified_chain = handshake.verified_chain,
                                  .presented = presented,
                                  .trust_store = trust_store});
}

std::optional<Failure> Objection(const Module& module, const Connection& connection) {
  const auto object = [](Reason reason, std::string detail) {
    return Failure{Phase::kJudge, reason, std::move(detail)};
  };
  if (!module.tls.insecure_skip_verify) {
    if (connection.handshake.chain_error) {
      return object(Reason::kChainInvalid, connection.handshake.chain_error_detail);
    }
    if (!connection.handshake.chain_checked) {
      return object(Reason::kChainInvalid, "no certificate was seen");
    }
    if (!connection.hostname_valid.value_or(false)) return object(Reason::kHostnameMismatch, "");
  }
  for (const StapleReport& report : connection.staples) {
    if (const auto reason = StapleObjection(report)) return object(*reason, AtDepth(report));
  }
  return std::nullopt;
}

}  // namespace stapling
