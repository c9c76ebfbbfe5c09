#include "exporter/cross_check_metrics.h"

#include <string>

namespace stapling::exporter {
namespace {

// The series that both schemes have.
struct ExchangeMetrics {
  ProbeMetric up;
  ProbeMetric http_status;
  ProbeMetric failure_info;
  ProbeMetric cache_age;
};

Labels AddExchange(Families& families, const ExchangeMetrics& metrics, const CaExchange& exchange) {
  Labels labels{{"depth", std::to_string(exchange.depth)}, {"url", exchange.url}};
  families.Add(metrics.up, labels, exchange.up);
  if (exchange.http_status) {
    families.Add(metrics.http_status, labels, static_cast<double>(*exchange.http_status));
  }
  if (exchange.failure) {
    families.Add(metrics.failure_info,
                 With(labels, "reason", Describe(exchange.failure->reason).label), true);
  }
  families.Add(metrics.cache_age, labels, exchange.cache_age);
  return labels;
}

void AddResponder(Families& families, const ResponderReport& report) {
  const Labels labels = AddExchange(families,
                                    {.up = ProbeMetric::kResponderUp,
                                     .http_status = ProbeMetric::kResponderHttpStatus,
                                     .failure_info = ProbeMetric::kResponderFailureInfo,
                                     .cache_age = ProbeMetric::kResponderCacheAge},
                                    report.exchange);
  if (report.exchange.duration) {
    families.Add(ProbeMetric::kResponderDuration, labels, report.exchange.duration->count());
  }
  if (!report.judgement) return;
  const Judgement& judgement = *report.judgement;
  families.Add(ProbeMetric::kResponderVerdictInfo,
               With(labels, "verdict", Describe(judgement.verdict).label), true);
  families.AddStates(ProbeMetric::kResponderResponseStatus, labels, ResponseStatuses(),
                     judgement.response_status);
  families.AddStates(ProbeMetric::kResponderCertificateStatus, labels, CertificateStatuses(),
                     judgement.certificate_status);
  families.Add(ProbeMetric::kResponderThisUpdate, labels, judgement.this_update);
  families.Add(ProbeMetric::kResponderNextUpdate, labels, judgement.next_update);
}

void AddCrl(Families& families, const CrlReport& report) {
  const Labels labels = AddExchange(families,
                                    {.up = ProbeMetric::kCrlUp,
                                     .http_status = ProbeMetric::kCrlHttpStatus,
                                     .failure_info = ProbeMetric::kCrlFailureInfo,
                                     .cache_age = ProbeMetric::kCrlCacheAge},
                                    report.exchange);
  if (!report.judgement) return;
  const CrlJudgement& judgement = *report.judgement;
  families.Add(ProbeMetric::kCrlVerdictInfo,
               With(labels, "verdict", Describe(judgement.verdict).label), true);
  families.Add(ProbeMetric::kCrlCertificateRevoked, labels, judgement.revoked);
  families.Add(ProbeMetric::kCrlThisUpdate, labels, judgement.this_update);
  families.Add(ProbeMetric::kCrlNextUpdate, labels, judgement.next_update);
}

}  // namespace

void AddCrossCheck(Families& families, const CrossCheck& check) {
  for (const ResponderReport& report : check.responders) AddResponder(families, report);
  for (const CrlReport& report : check.crls) AddCrl(families, report);
  for (const SchemeComparison& schemes : check.schemes) {
    const Labels labels{{"depth", std::to_string(schemes.depth)}};
    families.Add(ProbeMetric::kStapleLag, labels, schemes.staple_lag);
    families.Add(ProbeMetric::kRevocationAgreement, labels, schemes.agreement());
  }
}

}  // namespace stapling::exporter
