// What `check` and `verify` have to report, before it becomes text or JSON.
//
// A report is a view: what it refers to must outlive it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/module.h"
#include "core/probe.h"
#include "core/tls/library_opinion.h"
#include "exporter/exit_status.h"
#include "exporter/explanation.h"

namespace stapling::exporter {

struct CheckReport {
  std::string target;  // as given
  const Module& module;
  const ProbeResult& result;
  double warning_ratio;
  ExitStatus exit_status;     // at that ratio
  std::string hostname = {};  // asked for instead of the target's own; empty: none
};

struct VerifyReport {
  const Judgement& judgement;
  std::chrono::sys_seconds now;  // that it was judged at
  Explanation explanation;
  std::optional<LibraryOpinion> opinion = {};  // of a TLS library, if one was asked
};

}  // namespace stapling::exporter
