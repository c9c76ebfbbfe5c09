// The pages for people: /, /logs and /config.
//
// Plain HTML with a little style and no script, nothing loaded from elsewhere; every text from
// outside is escaped. Links are relative, so any route prefix or proxy in front just works, as long
// as / itself is asked for with its slash. Pure; safe from any thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "exporter/config/configuration.h"
#include "exporter/history.h"
#include "exporter/http/message.h"

namespace stapling::exporter {

struct HomePageContent {
  std::vector<std::string> modules;  // in the order to offer them
  std::string default_module;        // empty: none
  std::vector<std::shared_ptr<const HistoryEntry>> recent;
  std::chrono::sys_seconds now;
};

Response HomePage(const HomePageContent& content);

// The log and the metrics of the probe that `id` names; 404 for an unknown one.
Response LogsPage(const Request& request, const History& history);

// The configuration in use as YAML, without secrets.
Response ConfigPage(const Configuration& configuration);

}  // namespace stapling::exporter
