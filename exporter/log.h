// The log: one line for each event on standard error, as logfmt or JSON.
//
// A line is always one line: control characters of values are escaped, octets that are not UTF-8
// replaced, so nothing that a target or client sent can forge an entry. Writing never waits: when
// the reader is gone or too slow, or the disk full, lines are dropped and counted, and the next
// line that gets through says how many. Safe from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stapling::exporter {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };
enum class LogFormat : std::uint8_t { kLogfmt, kJson };

using LogFields = std::vector<std::pair<std::string, std::string>>;

struct LogOptions {
  LogLevel level = LogLevel::kInfo;  // what is less is not written
  LogFormat format = LogFormat::kLogfmt;
  int descriptor = 2;  // borrowed
};

class Logger {
 public:
  explicit Logger(const LogOptions& options);
  ~Logger();
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  [[nodiscard]] bool Enabled(LogLevel level) const;
  void Log(LogLevel level, std::string_view message, const LogFields& fields = {}) const;

  void Debug(std::string_view message, const LogFields& fields = {}) const {
    Log(LogLevel::kDebug, message, fields);
  }
  void Info(std::string_view message, const LogFields& fields = {}) const {
    Log(LogLevel::kInfo, message, fields);
  }
  void Warn(std::string_view message, const LogFields& fields = {}) const {
    Log(LogLevel::kWarn, message, fields);
  }
  void Error(std::string_view message, const LogFields& fields = {}) const {
    Log(LogLevel::kError, message, fields);
  }

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// debug, info, warn, error.
std::string_view Label(LogLevel level);

// One line without its newline: ts=2026-11-20T10:24:00.123Z level=info msg="…" key=value.
// Keys are the program's own words and are written as they are.
std::string FormatLogLine(LogFormat format, LogLevel level,
                          std::chrono::system_clock::time_point time, std::string_view message,
                          const LogFields& fields);

}  // namespace stapling::exporter
