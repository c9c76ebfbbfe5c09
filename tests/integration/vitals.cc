#include "tests/integration/vitals.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

namespace stapling::testing {

Vitals VitalsOf(pid_t pid) {
  const std::filesystem::path process = "/proc/" + std::to_string(pid);
  Vitals vitals;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(process / "fd", error), end;
       !error && entry != end; entry.increment(error)) {
    ++vitals.descriptors;
  }
  std::ifstream status(process / "status");
  for (std::string line; std::getline(status, line);) {
    std::istringstream words(line);
    std::string key;
    std::size_t value = 0;
    words >> key >> value;
    if (key == "Threads:") vitals.threads = value;
    if (key == "VmRSS:") vitals.resident_bytes = value * 1024;
    if (key == "VmData:") vitals.data_bytes = value * 1024;
  }
  return vitals;
}

std::size_t DescriptorLimitLeaving(pid_t pid, std::size_t spare) {
  const std::filesystem::path descriptors = "/proc/" + std::to_string(pid) + "/fd/";
  std::size_t free = 0;
  std::size_t limit = 0;
  for (;; ++limit) {
    std::error_code error;
    if (std::filesystem::is_symlink(descriptors / std::to_string(limit), error)) continue;
    if (free == spare) return limit;
    ++free;
  }
}

}  // namespace stapling::testing
