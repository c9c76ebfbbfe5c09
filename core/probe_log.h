// The story of one probe, line by line, for debug=true, /logs and the log.
//
// Of one probe and one thread; lines hold no secrets. Text of strangers is cleaned by who adds it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace stapling {

struct ProbeLogLine {
  enum class Level : std::uint8_t { kInfo, kWarning };

  std::chrono::system_clock::time_point time;
  Level level;
  std::string message;
  std::vector<std::pair<std::string, std::string>> fields;
};

class ProbeLog {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  void Info(std::string message, Fields fields = {}) {
    Add(ProbeLogLine::Level::kInfo, std::move(message), std::move(fields));
  }
  void Warning(std::string message, Fields fields = {}) {
    Add(ProbeLogLine::Level::kWarning, std::move(message), std::move(fields));
  }
  void Append(const ProbeLog& other) {
    lines_.insert(lines_.end(), other.lines_.begin(), other.lines_.end());
  }
  [[nodiscard]] const std::vector<ProbeLogLine>& lines() const { return lines_; }

 private:
  void Add(ProbeLogLine::Level level, std::string message, Fields fields) {
    lines_.push_back(
        {std::chrono::system_clock::now(), level, std::move(message), std::move(fields)});
  }
  std::vector<ProbeLogLine> lines_;
};

}  // namespace stapling
