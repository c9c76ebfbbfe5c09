#include "core/cross_check.h"

#include <algorithm>
#include <utility>

#include "core/crl/distribution_points.h"
#include "core/phase_timer.h"
#include "core/x509/certificate.h"

namespace stapling {
namespace {

using std::chrono::sys_seconds;

// Of one certificate and one scheme; no honest certificate names more. Each is asked once.
constexpr std::size_t kMaxUrls = 4;

// A list, and the point of the certificate that names it.
struct CrlPlace {
  DistributionPoint point;
  std::string url;
};

// A URL that is named twice is one place.
std::vector<CrlPlace> CrlPlacesOf(X509* certificate) {
  std::vector<CrlPlace> places;
  for (const DistributionPoint& point : DistributionPointsOf(certificate)) {
    for (const std::string& url : point.urls) {
      const bool is_new = std::ranges::find(places, url, &CrlPlace::url) == places.end();
      if (is_new && places.size() < kMaxUrls) places.push_back({point, url});
    }
  }
  return places;
}

std::vector<std::string> ResponderPlacesOf(X509* certificate) {
  std::vector<std::string> urls;
  for (const std::string& url : ResponderUrls(certificate)) {
    const bool is_new = std::ranges::find(urls, url) == urls.end();
    if (is_new && urls.size() < kMaxUrls) urls.push_back(url);
  }
  return urls;
}

CaExchange ExchangeOf(unsigned depth, const std::string& url, const CaFinding& finding,
                      Phase phase) {
  CaExchange exchange{.depth = depth, .url = url};
  if (!finding.latest) {
    exchange.failure = Failure{phase, Reason::kTimeout, "the answer is not there yet"};
    return exchange;
  }
  exchange.http_status = finding.latest->http_status;
  exchange.failure = finding.latest->failure;
  exchange.up = !exchange.failure;
  exchange.duration = finding.latest->duration;
  return exchange;
}

// The last answer if it is one, else what is held from before.
std::shared_ptr<const CaAnswer> AnswerToJudge(const CaFinding& finding) {
  if (finding.latest && !finding.latest->failure) return finding.latest;
  return finding.held;
}

// A clock that was set back makes no answer younger than nothing.
std::chrono::seconds AgeOf(const CaAnswer& answer, sys_seconds now) {
  return std::max(now - answer.at, std::chrono::seconds(0));
}

std::optional<RevocationStatus> StatusOf(const Judgement& judgement) {
  if (!judgement.valid || !judgement.certificate_status) return std::nullopt;
  switch (*judgement.certificate_status) {
    case CertificateStatus::kGood:
      return RevocationStatus::kGood;
    case CertificateStatus::kRevoked:
      return RevocationStatus::kRevoked;
    case CertificateStatus::kUnknown:
      break;
  }
  return RevocationStatus::kUnknown;
}

std::optional<RevocationStatus> StatusOf(const CrlJudgement& judgement) {
  if (!judgement.valid || !judgement.revoked) return std::nullopt;
  return *judgement.revoked ? RevocationStatus::kRevoked : RevocationStatus::kGood;
}

const StapleReport* StapleAt(const Connection& connection, unsigned depth) {
  const auto found = std::ranges::find(connection.staples, depth, &StapleReport::depth);
  const bool present = found != connection.staples.end() && found->present.value_or(false);
  return present ? &*found : nullptr;
}

// Of two authentic answers; what a forger wrote lags behind nothing.
std::optional<std::chrono::seconds> LagOf(const Judgement& staple, const Judgement& responder) {
  if (!staple.certificate_status || !responder.valid) return std::nullopt;
  if (!staple.this_update || !responder.this_update) return std::nullopt;
  return *responder.this_update - *staple.this_update;
}

}  // namespace

// A certificate that the verified chain vouches for, where it stands in the server's list, and
// whom it names.
struct CrossChecker::Subject {
  unsigned depth;
  X509* certificate;
  X509* issuer;
  std::vector<std::string> responders;
  std::vector<CrlPlace> crls;
};

CrossChecker::CrossChecker(const Module& module, CaClient client,
                           std::shared_ptr<AnswerCache> answers)
    : settings_(module.cross_check),
      policy_(module.staple.policy),
      client_(std::move(client)),
      answers_(std::move(answers)) {}

// The leaf; with `chain` the intermediates that the verified chain goes through, too. Nothing that
// was sent beside that chain: nobody vouches for it.
std::vector<CrossChecker::Subject> CrossChecker::SubjectsOf(const Connection& connection) const {
  const Handshake& handshake = connection.handshake;
  std::vector<Subject> subjects;
  if (!handshake.chain_verified()) return subjects;
  const auto& verified = handshake.verified_chain;
  for (std::size_t i = 0; i + 1 < verified.size(); ++i) {
    if (i > 0 && !settings_.chain) break;
    const auto presented =
        std::ranges::find(handshake.chain, verified[i].sha256, &PresentedCertificate::sha256);
    if (presented == handshake.chain.end()) continue;
    const auto depth = static_cast<unsigned>(presented - handshake.chain.begin());
    if (depth <= kMaxReportedDepth) {
      X509* certificate = verified[i].certificate.get();
      subjects.push_back({depth, certificate, verified[i + 1].certificate.get(),
                          ResponderPlacesOf(certificate), CrlPlacesOf(certificate)});
    }
  }
  return subjects;
}

void CrossChecker::Start(const Connection& connection, sys_seconds now) const {
  for (const Subject& subject : SubjectsOf(connection)) {
    if (settings_.responder && !subject.responders.empty()) {
      answers_->Start(
          client_.AskResponder(subject.responders.front(), subject.certificate, subject.issuer),
          now);
    }
    if (settings_.crl && !subject.crls.empty()) {
      answers_->Start(client_.AskForCrl(subject.crls.front().url), now);
    }
  }
}

std::vector<ResponderReport> CrossChecker::AskResponders(const Subject& subject, sys_seconds now,
                                                         Deadline deadline) const {
  std::vector<ResponderReport> reports;
  for (const std::string& url : subject.responders) {
    const CaFinding finding = answers_->Ask(
        client_.AskResponder(url, subject.certificate, subject.issuer), now, deadline);
    ResponderReport& report = reports.emplace_back();
    report.exchange = ExchangeOf(subject.depth, url, finding, Phase::kResponder);
    const auto answer = AnswerToJudge(finding);
    if (!answer) continue;
    report.exchange.cache_age = AgeOf(*answer, now);
    report.judgement = Judge({.response = answer->ocsp_response,
                              .certificate = subject.certificate,
                              .issuer = subject.issuer,
                              .now = now,
                              .policy = policy_});
    if (report.judgement->valid) break;
  }
  return reports;
}

std::vector<CrlReport> CrossChecker::AskForCrls(const Subject& subject, sys_seconds now,
                                                Deadline deadline) const {
  std::vector<CrlReport> reports;
  for (const CrlPlace& place : subject.crls) {
    const CaFinding finding = answers_->Ask(client_.AskForCrl(place.url), now, deadline);
    CrlReport& report = reports.emplace_back();
    report.exchange = ExchangeOf(subject.depth, place.url, finding, Phase::kCrl);
    const auto answer = AnswerToJudge(finding);
    if (!answer) continue;
    report.exchange.cache_age = AgeOf(*answer, now);
    report.judgement = JudgeCrl({.crl = answer->crl.get(),
                                 .certificate = subject.certificate,
                                 .issuer = subject.issuer,
                                 .point = &place.point,
                                 .now = now,
                                 .clock_skew = policy_.clock_skew});
    if (report.judgement->valid) break;
  }
  return reports;
}

SchemeComparison CrossChecker::Compare(const Subject& subject, const Connection& connection,
                                       const std::vector<ResponderReport>& responders,
                                       const std::vector<CrlReport>& crls) {
  SchemeComparison comparison{.depth = subject.depth,
                              .names_responder = !subject.responders.empty(),
                              .names_crl = !subject.crls.empty()};
  const StapleReport* staple = StapleAt(connection, subject.depth);
  if (staple != nullptr) comparison.staple = StatusOf(staple->judgement);
  if (!responders.empty() && responders.back().judgement) {
    const Judgement& judgement = *responders.back().judgement;
    comparison.responder = StatusOf(judgement);
    if (staple != nullptr) comparison.staple_lag = LagOf(staple->judgement, judgement);
  }
  if (!crls.empty() && crls.back().judgement) comparison.crl = StatusOf(*crls.back().judgement);
  return comparison;
}

CrossCheck CrossChecker::Check(Connection& connection, sys_seconds now, Deadline deadline) const {
  CrossCheck report;
  const std::vector<Subject> subjects = SubjectsOf(connection);
  report.chain_unverified = !connection.handshake.chain_verified();
  for (const Subject& subject : subjects) {
    std::vector<ResponderReport> responders;
    if (settings_.responder) {
      const PhaseTimer timer(connection, Phase::kResponder);
      responders = AskResponders(subject, now, deadline);
    }
    std::vector<CrlReport> crls;
    if (settings_.crl) {
      const PhaseTimer timer(connection, Phase::kCrl);
      crls = AskForCrls(subject, now, deadline);
    }
    report.schemes.push_back(Compare(subject, connection, responders, crls));
    std::ranges::move(responders, std::back_inserter(report.responders));
    std::ranges::move(crls, std::back_inserter(report.crls));
  }
  return report;
}

}  // namespace stapling
