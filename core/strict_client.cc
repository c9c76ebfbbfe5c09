#include "core/strict_client.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
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

// What was examined may be kept where it is the CA's word. A forger's may not: he makes up as many
// as he likes.
std::shared_ptr<const Examination> ExamineOnce(const Bytes& response,
                                               const PresentedCertificate& certificate,
                                               const IdentifiedCertificate& issuer,
                                               FactCache<Examination>* known) {
  X509* issuer_certificate = issuer.certificate.get();
  if (known == nullptr || issuer_certificate == nullptr) {
    return std::make_shared<const Examination>(
        Examine(response, certificate.certificate.get(), issuer_certificate));
  }
  const Sha256Digest key = Sha256Of({certificate.sha256, issuer.sha256, response});
  if (auto examined = known->Find(key)) return examined;
  auto examined = std::make_shared<const Examination>(
      Examine(response, certificate.certificate.get(), issuer_certificate));
  if (examined->authentic()) known->Keep(key, examined, examined->Bytes());
  return examined;
}

// Judges one connection's chain, staple by staple.
class ChainJudge {
 public:
  ChainJudge(const Module& module, const TrustStore& trust_store, const Handshake& handshake,
             std::chrono::sys_seconds now, FactCache<Examination>* known)
      : module_(module),
        trust_store_(trust_store),
        handshake_(handshake),
        now_(now),
        known_(known) {}

  [[nodiscard]] std::vector<StapleReport> Run() const {
    std::vector<StapleReport> reports;
    const auto& chain = handshake_.chain;
    const std::size_t depths = std::min<std::size_t>(chain.size(), kMaxReportedDepth + 1);
    reports.reserve(depths);
    for (unsigned depth = 0; depth < depths; ++depth) {
      if (depth > 0 && chain[depth].facts.self_issued) continue;
      if (auto report = Report(depth)) reports.push_back(std::move(*report));
    }
    return reports;
  }

 private:
  // A verified chain does without a certificate that was sent beside it, and its anchor, which may
  // be an intermediate, is trusted as it is. These need no staple, and one that cannot be judged,
  // as its issuer is not at hand, is nobody's concern: nullopt.
  [[nodiscard]] std::optional<StapleReport> Report(unsigned depth) const {
    const PresentedCertificate& certificate = handshake_.chain[depth];
    const bool concerns = depth == 0 || !handshake_.chain_verified() ||
                          NextInChain(certificate.sha256, handshake_.verified_chain) != nullptr;
    StapleReport report{.depth = depth,
                        .must_staple = certificate.facts.must_staple,
                        .names_responder = certificate.facts.names_responder};
    const bool has_place = depth == 0 || handshake_.staples_for_chain;
    if (depth == 0 || (module_.staple.chain && has_place && concerns)) {
      report.required = IsRequired(module_.staple.require, report);
      report.expected = *report.required || report.must_staple || report.names_responder;
    }
    const bool known = depth > 0 ? has_place : handshake_.leaf_staple_known();
    if (known) report.present = certificate.staple.has_value();
    if (!certificate.staple) return report;
    const IdentifiedCertificate issuer = IssuerOf(certificate, handshake_, &trust_store_);
    if (!concerns && !issuer.certificate) return std::nullopt;
    const auto examined = ExamineOnce(*certificate.staple, certificate, issuer, known_);
    report.judgement = Judge(*examined, now_, module_.staple.policy);
    return report;
  }

  const Module& module_;
  const TrustStore& trust_store_;
  const Handshake& handshake_;
  std::chrono::sys_seconds now_;
  FactCache<Examination>* known_;
};

std::string AtDepth(const StapleReport& report) {
  return "depth " + std::to_string(report.depth) + ": " +
         std::string(Describe(report.judgement.verdict).label);
}

// A link of the verified chain before its anchor that stands behind so many others that nobody
// looked at it.
bool HidesALink(const Handshake& handshake) {
  const auto& chain = handshake.chain;
  if (chain.size() <= kMaxReportedDepth + 1 || handshake.verified_chain.empty()) return false;
  const auto links = std::span(handshake.verified_chain).first(handshake.verified_chain.size() - 1);
  return std::ranges::any_of(links, [&](const IdentifiedCertificate& link) {
    const auto at = std::ranges::find(chain, link.sha256, &PresentedCertificate::sha256);
    return at != chain.end() && at - chain.begin() > kMaxReportedDepth &&
           !IsSelfIssued(at->certificate.get());
  });
}

// A staple of a certificate so deep that nobody judged it.
bool HidesAStaple(const Handshake& handshake) {
  const auto& chain = handshake.chain;
  return chain.size() > kMaxReportedDepth + 1 &&
         std::any_of(chain.begin() + kMaxReportedDepth + 1, chain.end(),
                     [](const PresentedCertificate& each) { return each.staple.has_value(); });
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
                                       const Handshake& handshake, std::chrono::sys_seconds now,
                                       FactCache<Examination>* authentic_responses) {
  return ChainJudge(module, trust_store, handshake, now, authentic_responses).Run();
}

IdentifiedCertificate IssuerOf(const PresentedCertificate& certificate, const Handshake& handshake,
                               const TrustStore* trust_store) {
  if (const auto* next = NextInChain(certificate.sha256, handshake.verified_chain)) {
    return {.certificate = Share(next->certificate.get()), .sha256 = next->sha256};
  }
  std::vector<X509Ptr> presented;
  presented.reserve(handshake.chain.size());
  for (const PresentedCertificate& entry : handshake.chain) {
    presented.push_back(Share(entry.certificate.get()));
  }
  return Identify(FindIssuer(certificate.certificate.get(),
                             {.presented = presented, .trust_store = trust_store}));
}

std::optional<Failure> Objection(const Module& module, const Connection& connection) {
  const auto object = [](Reason reason, std::string detail) {
    return Failure{Phase::kJudge, reason, std::move(detail)};
  };
  // As of any other chain that is too large to be looked at: nothing of it was judged.
  const auto hides = [](const char* what) {
    return Failure{Phase::kHandshake, Reason::kChainTooLarge,
                   "a certificate " + std::string(what) + " more than " +
                       std::to_string(kMaxReportedDepth) + " others"};
  };
  if (!connection.handshake.chain_checked) {
    return object(Reason::kChainInvalid, "no certificate was seen");
  }
  if (!module.tls.insecure_skip_verify) {
    if (connection.handshake.chain_error) {
      return object(Reason::kChainInvalid, connection.handshake.chain_error_detail);
    }
    if (!connection.hostname_valid.value_or(false)) return object(Reason::kHostnameMismatch, "");
  }
  const bool counts = module.staple.chain && connection.handshake.staples_for_chain;
  if (counts && HidesALink(connection.handshake)) {
    return hides("of the chain stands behind");
  }
  if (HidesAStaple(connection.handshake)) return hides("with a staple stands behind");
  for (const StapleReport& report : connection.staples) {
    if (const auto reason = StapleObjection(report)) return object(*reason, AtDepth(report));
  }
  return std::nullopt;
}

}  // namespace stapling
