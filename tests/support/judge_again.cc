#include "tests/support/judge_again.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <utility>

#include "tests/support/temp_dir.h"

namespace stapling::testing {

std::vector<ProcessResult> JudgeAgain(const std::string& evidence, const std::string& program) {
  const TempDir directory;
  directory.Write("evidence.txt", evidence);
  const char* path = std::getenv("PATH");
  const std::string search = "PATH=" + std::filesystem::path(program).parent_path().string() + ":" +
                             (path == nullptr ? "" : path);
  std::vector<ProcessResult> judged;
  std::istringstream lines(evidence);
  for (std::string line; std::getline(lines, line);) {
    const bool judges = line.starts_with("ocsp_stapling_exporter verify ");
    if (!judges && !line.starts_with("sed ")) continue;
    auto ran = RunProcess({.arguments = {"/bin/sh", "-c", line + (judges ? " --format json" : "")},
                           .environment = {search},
                           .directory = directory.path().string()});
    if (!ran) {
      judged.push_back({.exit_status = -1, .errors = ran.error()});
    } else if (judges || ran->exit_status != 0) {
      judged.push_back(std::move(*ran));
    }
  }
  return judged;
}

}  // namespace stapling::testing
