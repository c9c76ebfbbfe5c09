#include "exporter/log.h"

#include <poll.h>
#include <spdlog/formatter.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <mutex>

#include "core/x509/text.h"

namespace stapling::exporter {
namespace {

bool IsSpecial(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet < 0x20 || octet == 0x7F || c == '"' || c == '\\';
}

std::string EscapeSpecial(char c) {
  if (c == '"') return "\\\"";
  if (c == '\\') return "\\\\";
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "\\u%04x", static_cast<unsigned>(c) & 0xFFU);
  return text.data();
}

// For between double quotes, in logfmt as in JSON. What is longer than kMaxText is cut.
std::string Escape(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    if (escaped.size() > kMaxText) return escaped + "...";
    const auto special = std::find_if(text.begin(), text.end(), IsSpecial);
    const auto length = static_cast<std::size_t>(special - text.begin());
    if (length > 0) {
      // Longer pieces than CleanText lets through go piece by piece.
      const std::size_t piece = std::min(length, kMaxText);
      escaped += CleanText(text.substr(0, piece));
      text.remove_prefix(piece);
    } else {
      escaped += EscapeSpecial(text.front());
      text.remove_prefix(1);
    }
  }
  return escaped;
}

std::string Quote(std::string_view text) { return "\"" + Escape(text) + "\""; }

// Bare where logfmt readers agree that it may be.
std::string LogfmtValue(std::string_view text) {
  const bool bare = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\';
  });
  return bare && text.size() <= kMaxText ? std::string(text) : Quote(text);
}

// 2026-11-20T10:24:00.123Z
std::string Timestamp(std::chrono::system_clock::time_point time) {
  const auto instant = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(instant - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

// Writes each payload, which is a whole line, without ever waiting for the reader.
class NonBlockingSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  NonBlockingSink(int descriptor, LogFormat format) : descriptor_(descriptor), format_(format) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (dropped_ > 0) ReportDropped();
    if (dropped_ > 0 || !Write({message.payload.data(), message.payload.size()})) ++dropped_;
  }
  void flush_() override {}

 private:
  void ReportDropped() {
    const std::string line =
        FormatLogLine(format_, LogLevel::kWarn, std::chrono::system_clock::now(),
                      "log lines were lost: the reader is too slow or the disk is full",
                      {{"lines", std::to_string(dropped_)}});
    if (Write(line + "\n")) dropped_ = 0;
  }

  // False when nothing was written. After a part of a line, the next write ends it first.
  bool Write(std::string_view line) {
    const std::string whole = (torn_ ? "\n" : "") + std::string(line);
    std::size_t written = 0;
    while (written < whole.size()) {
      const ssize_t count = WriteSome(std::string_view(whole).substr(written));
      if (count <= 0) break;
      written += static_cast<std::size_t>(count);
    }
    if (written == 0) return false;
    torn_ = written < whole.size();
    return true;
  }

  // A socket (journald's) can be told not to wait. A pipe cannot without changing it for those who
  // share it, but takes PIPE_BUF octets at once where poll says that it is writable.
  ssize_t WriteSome(std::string_view text) const {
    const ssize_t sent = send(descriptor_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0 || errno != ENOTSOCK) return sent;
    pollfd writable{descriptor_, POLLOUT, 0};
    if (poll(&writable, 1, 0) != 1 || (writable.revents & POLLOUT) == 0) return -1;
    return write(descriptor_, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
  }

  const int descriptor_;
  const LogFormat format_;
  std::uint64_t dropped_ = 0;
  bool torn_ = false;
};

}  // namespace

class Logger::Impl {
 public:
  explicit Impl(const LogOptions& options)
      : format(options.format),
        logger("stapling", std::make_shared<NonBlockingSink>(options.descriptor, options.format)) {
    logger.set_level(ToSpdlog(options.level));
  }

  const LogFormat format;
  spdlog::logger logger;
};

Logger::Logger(const LogOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Logger::~Logger() = default;

bool Logger::Enabled(LogLevel level) const { return impl_->logger.should_log(ToSpdlog(level)); }

void Logger::Log(LogLevel level, std::string_view message, const LogFields& fields) const {
  if (!Enabled(level)) return;
  const std::string line =
      FormatLogLine(impl_->format, level, std::chrono::system_clock::now(), message, fields) + "\n";
  impl_->logger.log(ToSpdlog(level), spdlog::string_view_t(line));
}

std::string_view Label(LogLevel level) {
  constexpr std::array<std::string_view, 4> kLabels = {"debug", "info", "warn", "error"};
  return kLabels.at(static_cast<std::size_t>(level));
}

std::string FormatLogLine(LogFormat format, LogLevel level,
                          std::chrono::system_clock::time_point time, std::string_view message,
                          const LogFields& fields) {
  std::string line;
  if (format == LogFormat::kJson) {
    line = "{\"ts\":\"" + Timestamp(time) + "\",\"level\":\"" + std::string(Label(level)) +
           "\",\"msg\":" + Quote(message);
    for (const auto& [key, value] : fields) line += ",\"" + key + "\":" + Quote(value);
    return line + "}";
  }
  line = "ts=" + Timestamp(time) + " level=" + std::string(Label(level)) + " msg=" + Quote(message);
  for (const auto& [key, value] : fields) line += " " + key + "=" + LogfmtValue(value);
  return line;
}

}  // namespace stapling::exporter
