// The families of a probe's page while they are filled: every one of the table, each with what
// there is and nothing else.
//
// Of one page and one thread.
#pragma once

#include <prometheus/metric_family.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/ocsp/verdict.h"
#include "core/x509/text.h"
#include "exporter/probe_metric_table.h"

namespace stapling::exporter {

// A label's value is cleaned here, once, whoever wrote it.
struct LabelPair {
  LabelPair(const char* label_name, std::string_view text)
      : name(label_name), value(CleanText(text)) {}
  const char* name;
  std::string value;
};
using Labels = std::vector<LabelPair>;

// Every family of the table, each filled only by what there is.
class Families {
 public:
  // From now on every sample carries these first.
  void Label(Labels labels) { common_ = std::move(labels); }

  void Add(ProbeMetric metric, const Labels& labels, double value) {
    prometheus::ClientMetric& sample = samples_[static_cast<std::size_t>(metric)].emplace_back();
    sample.gauge.value = value;
    sample.label.reserve(common_.size() + labels.size());
    for (const LabelPair& label : common_) sample.label.push_back({label.name, label.value});
    for (const LabelPair& label : labels) sample.label.push_back({label.name, label.value});
  }
  void Add(ProbeMetric metric, const Labels& labels, bool value) {
    Add(metric, labels, value ? 1.0 : 0.0);
  }
  void Add(ProbeMetric metric, const Labels& labels, std::chrono::sys_seconds instant) {
    Add(metric, labels, static_cast<double>(instant.time_since_epoch().count()));
  }
  void Add(ProbeMetric metric, const Labels& labels, std::chrono::seconds span) {
    Add(metric, labels, static_cast<double>(span.count()));
  }
  // Absent is absent.
  template <typename T>
  void Add(ProbeMetric metric, const Labels& labels, const std::optional<T>& value) {
    if (value) Add(metric, labels, *value);
  }

  // A state set under the label `status`: 1 for the state that holds, 0 for the others of `all`.
  template <typename State>
  void AddStates(ProbeMetric metric, const Labels& labels, std::span<const State> all,
                 const std::optional<State>& holds) {
    if (!holds) return;
    for (const State state : all) {
      Labels with_state = labels;
      with_state.emplace_back("status", stapling::Label(state));
      Add(metric, with_state, state == *holds);
    }
  }

  // In the order of the table.
  std::vector<prometheus::MetricFamily> Take() {
    std::vector<prometheus::MetricFamily> families;
    for (const ProbeMetricInfo& info : ProbeMetricTable()) {
      auto& samples = samples_[static_cast<std::size_t>(info.metric)];
      if (samples.empty()) continue;
      families.push_back({std::string(info.name), std::string(info.help),
                          prometheus::MetricType::Gauge, std::move(samples)});
    }
    return families;
  }

 private:
  std::vector<std::vector<prometheus::ClientMetric>> samples_ =
      std::vector<std::vector<prometheus::ClientMetric>>(ProbeMetricTable().size());
  Labels common_;
};

inline Labels With(Labels labels, const char* name, std::string_view value) {
  labels.emplace_back(name, value);
  return labels;
}

}  // namespace stapling::exporter
