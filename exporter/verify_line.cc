#include "exporter/verify_line.h"

#include "core/x509/time.h"
#include "exporter/config/duration.h"
#include "exporter/escape.h"

namespace stapling::exporter {

std::string VerifyLine(const VerifyFiles& files, std::chrono::sys_seconds at,
                       const JudgePolicy& policy) {
  const JudgePolicy usual;
  std::string line = "ocsp_stapling_exporter verify --response " + EscapeShell(files.response) +
                     " --certificate " + EscapeShell(files.certificate) + " --issuer " +
                     EscapeShell(files.issuer) + " --at " + ToRfc3339(at);
  if (policy.clock_skew != usual.clock_skew) {
    line += " --clock-skew " + PrintDuration(policy.clock_skew);
  }
  if (policy.max_age) line += " --max-age " + PrintDuration(*policy.max_age);
  if (policy.require_next_update) line += " --require-next-update";
  return line;
}

}  // namespace stapling::exporter
