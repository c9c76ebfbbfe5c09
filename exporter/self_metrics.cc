#include "exporter/self_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>

#include "exporter/exposition.h"
#include "exporter/process_metrics.h"
#include "exporter/version.h"

namespace stapling::exporter {
namespace {

using prometheus::ClientMetric;
using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr std::string_view kPrefix = "ocsp_stapling_exporter_";

std::string Name(std::string_view stem) { return std::string(kPrefix) + std::string(stem); }

Histogram::BucketBoundaries DurationBuckets() {
  return {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

struct RejectionLabel {
  Rejection rejection;
  std::string_view label;
};

constexpr std::array<RejectionLabel, 5> kRejections = {
    {{Rejection::kDenied, "denied"},
     {Rejection::kBusy, "busy"},
     {Rejection::kBadTarget, "bad_target"},
     {Rejection::kUnknownModule, "unknown_module"},
     {Rejection::kBadTimeout, "bad_timeout"}}};

double Now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

struct ModuleSeries {
  Counter* success;
  Counter* failure;
  Histogram* duration;
};

MetricFamily SingleFamily(std::string_view stem, const std::string& help, MetricType type,
                          std::uint64_t value) {
  ClientMetric metric;
  if (type == MetricType::Counter) {
    metric.counter.value = static_cast<double>(value);
  } else {
    metric.gauge.value = static_cast<double>(value);
  }
  return {Name(stem), help, type, {metric}};
}

void AppendServerFamilies(const HttpServerStats& stats, std::vector<MetricFamily>& families) {
  using enum MetricType;
  families.push_back(SingleFamily("http_connections_open", "Open connections of HTTP clients.",
                                  Gauge, stats.connections_open));
  families.push_back(SingleFamily("http_connections_accepted_total",
                                  "Connections accepted from HTTP clients.", Counter,
                                  stats.connections_accepted));
  families.push_back(
      SingleFamily("http_connections_refused_total",
                   "Connections closed at once: too many were open, or no descriptor was left.",
                   Counter, stats.connections_refused));
  families.push_back(SingleFamily("http_connections_evicted_total",
                                  "Connections closed to make room for others: idle ones, else "
                                  "those slow to send or to read; and those that left too much "
                                  "unread.",
                                  Counter, stats.connections_evicted));
  families.push_back(SingleFamily("http_requests_total", "HTTP requests received in full.", Counter,
                                  stats.requests));
  families.push_back(SingleFamily(
      "http_requests_waiting", "HTTP requests that wait for a free worker.", Gauge, stats.waiting));
  families.push_back(
      SingleFamily("http_workers", "Threads that answer HTTP requests.", Gauge, stats.workers));
}

MetricFamily FetchesFamily(const AnswerCacheStats& stats) {
  MetricFamily family{Name("cross_check_fetches_total"),
                      "Exchanges with CAs, by scheme and by whether they gave an answer.",
                      MetricType::Counter,
                      {}};
  const auto add = [&](const char* scheme, const char* result, std::uint64_t count) {
    ClientMetric metric;
    metric.label = {{"scheme", scheme}, {"result", result}};
    metric.counter.value = static_cast<double>(count);
    family.metric.push_back(std::move(metric));
  };
  add("ocsp", "success", stats.ocsp.successes);
  add("ocsp", "failure", stats.ocsp.failures);
  add("crl", "success", stats.crl.successes);
  add("crl", "failure", stats.crl.failures);
  return family;
}

void AppendAnswerFamilies(const AnswerCacheStats& stats, std::vector<MetricFamily>& families) {
  using enum MetricType;
  families.push_back(FetchesFamily(stats));
  families.push_back(SingleFamily("cross_check_cache_hits_total",
                                  "Questions to CAs that were answered from the cache.", Counter,
                                  stats.hits));
  families.push_back(SingleFamily("cross_check_cache_misses_total",
                                  "Questions to CAs that had to wait for a fetch.", Counter,
                                  stats.misses));
  families.push_back(SingleFamily("cross_check_cache_entries", "Questions whose answer is kept.",
                                  Gauge, stats.entries));
  families.push_back(
      SingleFamily("cross_check_cache_bytes", "What the kept answers take.", Gauge, stats.bytes));
  families.push_back(SingleFamily("cross_check_cache_oldest_seconds",
                                  "The age of the oldest answer that is kept.", Gauge,
                                  static_cast<std::uint64_t>(stats.oldest.count())));
}

void AppendVerificationFamilies(const FactCacheStats& stats, std::vector<MetricFamily>& families) {
  using enum MetricType;
  families.push_back(SingleFamily("verification_cache_hits_total",
                                  "Chains and staples that were verified before.", Counter,
                                  stats.hits));
  families.push_back(SingleFamily("verification_cache_misses_total",
                                  "Chains and staples that had to be verified.", Counter,
                                  stats.misses));
  families.push_back(SingleFamily("verification_cache_entries",
                                  "Verified chains and staples that are kept.", Gauge,
                                  stats.entries));
  families.push_back(SingleFamily("verification_cache_bytes", "What the kept verifications take.",
                                  Gauge, stats.bytes));
}

}  // namespace

class SelfMetrics::Impl {
 public:
  Impl() {
    for (const auto& [rejection, label] : kRejections) {
      rejections[static_cast<std::size_t>(rejection)] =
          &rejected->Add({{"reason", std::string(label)}});
    }
  }

  template <typename T>
  Family<T>* AddFamily(prometheus::detail::Builder<T> builder, std::string_view stem,
                       const std::string& help, const prometheus::Labels& labels = {}) {
    return &builder.Name(Name(stem)).Help(help).Labels(labels).Register(registry);
  }
  Gauge* AddGauge(std::string_view stem, const std::string& help,
                  const prometheus::Labels& labels = {}) {
    return &AddFamily(prometheus::BuildGauge(), stem, help)->Add(labels);
  }

  prometheus::Registry registry;
  Gauge* build_info = AddGauge(
      "build_info", "Which build this is; the value is always 1.",
      {{"version", Version()}, {"compiler", Compiler()}, {"openssl_version", OpensslVersion()}});
  Family<Counter>* probes = AddFamily(prometheus::BuildCounter(), "probes_total",
                                      "Probes made, by the module's name and by probe_success.");
  Family<Histogram>* durations =
      AddFamily(prometheus::BuildHistogram(), "probe_duration_seconds", "How long probes took.");
  Gauge* in_flight = AddGauge("probes_in_flight", "Probes that are running now.");
  Family<Counter>* rejected =
      AddFamily(prometheus::BuildCounter(), "probes_rejected_total",
                "Requests for a probe that were turned away, and probes whose address was denied.");
  std::array<Counter*, kRejections.size()> rejections{};
  Gauge* config_successful = AddGauge("config_last_reload_successful",
                                      "Whether the last reload of the configuration succeeded.");
  Gauge* config_timestamp = AddGauge("config_last_reload_success_timestamp_seconds",
                                     "When the configuration in use was read.");
  Gauge* tls_files_successful =
      AddGauge("tls_files_last_reload_successful",
               "Whether every CA, certificate and key file in use is as it is on disk.");

  Family<Gauge>* web_config_successful =
      AddFamily(prometheus::BuildGauge(), "web_config_last_reload_successful",
                "Whether the web configuration in use, and every file it names, is as on disk.");

  std::mutex mutex;
  std::map<std::string, ModuleSeries> modules;              // guarded by mutex
  std::function<HttpServerStats()> http_statistics;         // guarded by mutex
  std::function<AnswerCacheStats()> answer_statistics;      // guarded by mutex
  std::function<FactCacheStats()> verification_statistics;  // guarded by mutex
};

SelfMetrics::SelfMetrics() : impl_(std::make_unique<Impl>()) { impl_->build_info->Set(1); }
SelfMetrics::~SelfMetrics() = default;

void SelfMetrics::SetModules(const std::vector<std::string>& names) {
  const std::lock_guard lock(impl_->mutex);
  for (auto module = impl_->modules.begin(); module != impl_->modules.end();) {
    if (std::find(names.begin(), names.end(), module->first) != names.end()) {
      ++module;
      continue;
    }
    impl_->probes->Remove(module->second.success);
    impl_->probes->Remove(module->second.failure);
    impl_->durations->Remove(module->second.duration);
    module = impl_->modules.erase(module);
  }
  for (const std::string& name : names) {
    if (impl_->modules.contains(name)) continue;
    impl_->modules[name] = {&impl_->probes->Add({{"module", name}, {"result", "success"}}),
                            &impl_->probes->Add({{"module", name}, {"result", "failure"}}),
                            &impl_->durations->Add({{"module", name}}, DurationBuckets())};
  }
}

void SelfMetrics::ProbeStarted() { impl_->in_flight->Increment(); }

void SelfMetrics::ProbeEnded(const std::string& module, bool success,
                             std::chrono::duration<double> duration) {
  impl_->in_flight->Decrement();
  const std::lock_guard lock(impl_->mutex);
  const auto series = impl_->modules.find(module);
  if (series == impl_->modules.end()) return;
  (success ? series->second.success : series->second.failure)->Increment();
  series->second.duration->Observe(duration.count());
}

void SelfMetrics::CountRejection(Rejection rejection) {
  impl_->rejections.at(static_cast<std::size_t>(rejection))->Increment();
}

void SelfMetrics::SetConfigReload(bool successful) {
  impl_->config_successful->Set(successful ? 1 : 0);
  if (successful) impl_->config_timestamp->Set(Now());
}

void SelfMetrics::SetTlsFilesReload(bool successful) {
  impl_->tls_files_successful->Set(successful ? 1 : 0);
}

void SelfMetrics::SetWebConfigReload(bool successful) {
  impl_->web_config_successful->Add({}).Set(successful ? 1 : 0);
}

void SelfMetrics::SetHttpServerStats(std::function<HttpServerStats()> stats) {
  const std::lock_guard lock(impl_->mutex);
  impl_->http_statistics = std::move(stats);
}

void SelfMetrics::SetAnswerCacheStats(std::function<AnswerCacheStats()> stats) {
  const std::lock_guard lock(impl_->mutex);
  impl_->answer_statistics = std::move(stats);
}

void SelfMetrics::SetVerificationCacheStats(std::function<FactCacheStats()> stats) {
  const std::lock_guard lock(impl_->mutex);
  impl_->verification_statistics = std::move(stats);
}

std::string SelfMetrics::Text() const {
  std::vector<MetricFamily> families = impl_->registry.Collect();
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->http_statistics) AppendServerFamilies(impl_->http_statistics(), families);
    if (impl_->answer_statistics) AppendAnswerFamilies(impl_->answer_statistics(), families);
    if (impl_->verification_statistics) {
      AppendVerificationFamilies(impl_->verification_statistics(), families);
    }
  }
  for (MetricFamily& family : ProcessMetrics()) families.push_back(std::move(family));
  return Exposition(families);
}

}  // namespace stapling::exporter
