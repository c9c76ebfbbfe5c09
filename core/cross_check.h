// The cross-check: the CA's responder and CRL are asked about the certificates of a connection, and
// what they say is put beside the staple.
//
// URLs are followed only of certificates that are part of a chain that verified. Several URLs are
// tried in order until one gives a valid answer. Answers come from the cache where it holds them;
// what takes longer than the deadline goes on in the background for the next probe. Never changes
// whether a probe succeeds. Safe from any thread.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "core/module.h"
#include "core/net/deadline.h"
#include "core/probe_result.h"
#include "core/revocation/answer_cache.h"
#include "core/revocation/ca_client.h"
#include "core/revocation/cross_check_report.h"

namespace stapling {

class CrossChecker {
 public:
  CrossChecker(const Module& module, CaClient client, std::shared_ptr<AnswerCache> answers);

  // Has fetched what is due, and does not wait. First for every connection that will be checked, so
  // that nothing is fetched after something else.
  void Start(const Connection& connection, std::chrono::sys_seconds now) const;

  // Enters the phases responder and crl with the connection.
  [[nodiscard]] CrossCheck Check(Connection& connection, std::chrono::sys_seconds now,
                                 Deadline deadline) const;

 private:
  struct Subject;

  [[nodiscard]] std::vector<Subject> SubjectsOf(const Connection& connection) const;
  // One report for each URL that was tried.
  [[nodiscard]] std::vector<ResponderReport> AskResponders(const Subject& subject,
                                                           std::chrono::sys_seconds now,
                                                           Deadline deadline) const;
  [[nodiscard]] std::vector<CrlReport> AskForCrls(const Subject& subject,
                                                  std::chrono::sys_seconds now,
                                                  Deadline deadline) const;
  static SchemeComparison Compare(const Subject& subject, const Connection& connection,
                                  const std::vector<ResponderReport>& responders,
                                  const std::vector<CrlReport>& crls);

  CrossCheckSettings settings_;
  JudgePolicy policy_;
  CaClient client_;
  std::shared_ptr<AnswerCache> answers_;
};

}  // namespace stapling
