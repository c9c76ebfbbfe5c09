#include "exporter/http/response_writer.h"

#include <httplib.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace stapling::exporter {
namespace {

// A request head in, the formatted response out; both in memory.
class MemoryStream final : public httplib::Stream {
 public:
  explicit MemoryStream(std::string_view head) : unread_(head) {}

  [[nodiscard]] bool is_readable() const override { return !unread_.empty(); }
  [[nodiscard]] bool is_writable() const override { return true; }
  ssize_t read(char* buffer, size_t size) override {
    const std::size_t count = std::min(size, unread_.size());
    std::memcpy(buffer, unread_.data(), count);
    unread_.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* bytes, size_t size) override {
    written_.append(bytes, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  // The library answers 500 for descriptors that do not fit an fd_set; this one is never used.
  [[nodiscard]] socket_t socket() const override { return 0; }

  std::string TakeWritten() { return std::move(written_); }

 private:
  std::string_view unread_;
  std::string written_;
};

std::string MakeHead(const ResponseContext& context, bool compress) {
  std::string head = context.head_request ? "HEAD / HTTP/1.1\r\n" : "GET / HTTP/1.1\r\n";
  if (compress && context.accepts_gzip) head += "Accept-Encoding: gzip\r\n";
  if (!context.keep_alive) head += "Connection: close\r\n";
  return head + "\r\n";
}

bool Names(const HeaderList& headers, const std::string& name) {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& header) {
    return strcasecmp(header.first.c_str(), name.c_str()) == 0;
  });
}

// The response that the library's routing is to produce on this thread. Its handlers are given no
// way to reach the caller of process_request.
thread_local const std::function<void(httplib::Response&)>* t_fill = nullptr;

}  // namespace

class ResponseWriter::Formatter : public httplib::Server {
 public:
  explicit Formatter(std::chrono::seconds idle_timeout) {
    set_keep_alive_timeout(idle_timeout.count());
    set_keep_alive_max_count(1'000'000);  // shown to clients; nobody counts
    set_pre_routing_handler([](const httplib::Request&, httplib::Response& response) {
      (*t_fill)(response);
      return HandlerResponse::Handled;
    });
  }

  std::string Format(std::string_view head, bool keep_alive,
                     const std::function<void(httplib::Response&)>& fill) {
    MemoryStream stream(head);
    bool closed = false;
    t_fill = &fill;
    process_request(stream, !keep_alive, closed, nullptr);
    t_fill = nullptr;
    return stream.TakeWritten();
  }
};

ResponseWriter::ResponseWriter(HeaderList default_headers, bool compress,
                               std::chrono::seconds idle_timeout)
    : default_headers_(std::move(default_headers)),
      compress_(compress),
      formatter_(std::make_unique<Formatter>(idle_timeout)) {}

ResponseWriter::~ResponseWriter() = default;

std::string ResponseWriter::Write(const Response& response, const ResponseContext& context,
                                  const HeaderList& imposed) const {
  const auto fill = [&](httplib::Response& out) {
    out.status = response.status;
    out.set_header("Date", HttpDate(std::chrono::system_clock::now()));
    if (context.http_1_0 && context.keep_alive) out.set_header("Connection", "keep-alive");
    if (context.head_request) out.set_header("Accept-Ranges", "none");  // else it says "bytes"
    for (const auto& [name, value] : response.headers) {
      if (!Names(imposed, name)) out.set_header(name, value);
    }
    for (const auto& [name, value] : imposed) out.set_header(name, value);
    for (const auto& [name, value] : default_headers_) {
      if (!out.has_header(name)) out.set_header(name, value);
    }
    out.set_content(response.body, response.content_type);
  };
  return formatter_->Format(MakeHead(context, compress_), context.keep_alive, fill);
}

std::string HttpDate(std::chrono::system_clock::time_point time) {
  static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   kDays.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                                   kMonths.at(static_cast<std::size_t>(utc.tm_mon)),
                                   utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace stapling::exporter
