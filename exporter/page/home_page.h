// The page at /: a form to probe with, and the probes of late, the failed ones first.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "exporter/history.h"
#include "exporter/http/message.h"

namespace stapling::exporter {

struct HomePageContent {
  std::vector<std::string> modules;  // in the order to offer them
  std::string default_module;        // empty: none
  std::vector<std::shared_ptr<const HistoryEntry>> recent;
  std::chrono::sys_seconds now;
  std::chrono::sys_seconds started;  // when the exporter did
};

Response HomePage(const HomePageContent& content);

}  // namespace stapling::exporter
