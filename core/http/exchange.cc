#include "core/http/exchange.h"

#include <httplib.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/http/response_head.h"

namespace stapling {
namespace {

constexpr const char* kUserAgent = "ocsp_stapling_exporter/" STAPLING_VERSION;
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kHttp1 = "HTTP/1.";

// Stands between the library and the server. The library (0.11.4) matches a status line by a regex
// that overflows the stack at 60 KB, percent-decodes Location, takes a Content-Length that is no
// number for 0, and skips lines that it does not understand. So the head is read here, strictly,
// and the library is shown a plain one that frames the body alike. Other statuses than 200 it never
// sees.
class Gate final : public httplib::Stream {
 public:
  Gate(stapling::Stream& stream, std::size_t max_bytes, Phase phase)
      : stream_(stream), max_bytes_(max_bytes), phase_(phase) {}

  [[nodiscard]] bool is_readable() const override { return true; }
  [[nodiscard]] bool is_writable() const override { return true; }
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  [[nodiscard]] socket_t socket() const override { return INVALID_SOCKET; }

  ssize_t write(const char* octets, size_t size) override {
    return stream_.Write({octets, size}) ? static_cast<ssize_t>(size) : -1;
  }

  ssize_t read(char* into, size_t size) override {
    if (!answer_.status && !ReadHead()) return -1;
    if (answer_.status != 200U || answer_.failure) return -1;
    if (at_ == unread_.size() && !Refill()) return answer_.failure ? -1 : 0;
    const std::size_t count = std::min(size, unread_.size() - at_);
    if (count > allowance_) {
      Fail(Reason::kProtocolError, "it talks without end");
      return -1;
    }
    allowance_ -= count;
    std::memcpy(into, unread_.data() + at_, count);
    at_ += count;
    tail_.append(into, count);
    if (tail_.size() > kHeadEnd.size()) tail_.erase(0, tail_.size() - kHeadEnd.size());
    return static_cast<ssize_t>(count);
  }

  // Of the body, as the library took it out of its framing.
  bool Receive(const char* octets, std::size_t size) {
    if (answer_.body.size() + size > max_bytes_) return TooLarge();
    answer_.body.insert(answer_.body.end(), octets, octets + size);
    // A chunk of one octet has five of framing.
    allowance_ = std::min(kMaxHead, allowance_ + 8 * size);
    return true;
  }

  HttpAnswer Finish(bool well_framed) {
    if (!answer_.failure) answer_.failure = stream_.failure();  // of writing
    // The library takes a chunk without its CR LF for the end of the body.
    const bool whole = well_framed && (!framing_.chunked || tail_ == kHeadEnd);
    if (!whole && answer_.status.value_or(200) == 200) {
      Fail(Reason::kProtocolError, "its body is not well framed");
    }
    if (answer_.failure) answer_.body = Bytes();
    return std::move(answer_);
  }

 private:
  bool Fail(Reason reason, std::string detail) {
    if (!answer_.failure) answer_.failure = Failure{phase_, reason, std::move(detail)};
    return false;
  }
  bool TooLarge() {
    return Fail(Reason::kBodyTooLarge, "more than " + std::to_string(max_bytes_) + " octets");
  }

  // More of what the server says at the end of unread_; false: it ended, or failed.
  bool ReadMore() {
    std::array<char, 16384> chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    const ssize_t count = stream_.Read(chunk.data(), chunk.size());
    if (count < 0) answer_.failure = stream_.failure();
    if (count <= 0) return false;
    unread_.append(chunk.data(), static_cast<std::size_t>(count));
    return true;
  }

  // False without a failure only where the end of the connection is that of the body.
  bool Refill() {
    unread_.clear();
    at_ = 0;
    if (ReadMore()) return true;
    const bool until_close = !framing_.chunked && !framing_.length;
    if (!until_close) Fail(Reason::kClosed, "it closed the connection within the body");
    return false;
  }

  bool ReadHead() {
    // Of all heads: 100 Continue and its like come before the one that counts.
    std::size_t size = 0;
    for (;;) {
      const std::size_t end = FindHeadEnd(kMaxHead - size);
      if (end == 0) return false;
      const auto head = ParseResponseHead(std::string_view(unread_).substr(0, end));
      if (!head) return Fail(Reason::kProtocolError, head.error());
      unread_.erase(0, end);
      size += end;
      if (head->status >= 200) return Take(*head);
    }
  }

  // Where the head at the begin of unread_ ends; 0: failed.
  std::size_t FindHeadEnd(std::size_t most) {
    std::size_t from = 0;
    for (;;) {
      const std::string_view seen(unread_);
      // Before the line is waited for, which another kind of server may never end.
      if (seen.substr(0, kHttp1.size()) != kHttp1.substr(0, seen.size())) {
        Fail(Reason::kProtocolError, "it does not answer in HTTP/1");
        return 0;
      }
      const std::size_t end = seen.find(kHeadEnd, from);
      if (end != std::string_view::npos && end + kHeadEnd.size() <= most) {
        return end + kHeadEnd.size();
      }
      if (seen.size() > most) {
        Fail(Reason::kProtocolError, "its head is larger than 64 KiB");
        return 0;
      }
      from = seen.size() - std::min(seen.size(), kHeadEnd.size() - 1);
      if (ReadMore()) continue;
      Fail(Reason::kClosed, "it closed the connection before it answered");
      return 0;
    }
  }

  bool Take(const ResponseHead& head) {
    answer_.status = head.status;
    answer_.reason_phrase = head.reason;
    answer_.location = head.Find("location");
    if (head.status != 200) return true;
    const auto framing = FramingOf(head);
    if (!framing) return Fail(Reason::kProtocolError, framing.error());
    framing_ = *framing;
    std::string plain = "HTTP/1.1 200 OK\r\n";
    if (framing_.chunked) plain += "Transfer-Encoding: chunked\r\n";
    if (framing_.length) {
      if (*framing_.length > max_bytes_) return TooLarge();
      answer_.body.reserve(*framing_.length);
      plain += "Content-Length: " + std::to_string(*framing_.length) + "\r\n";
    }
    unread_.insert(0, plain + "\r\n");
    return true;
  }

  stapling::Stream& stream_;
  std::size_t max_bytes_;
  Phase phase_;
  HttpAnswer answer_;
  BodyFraming framing_;
  std::string unread_;  // from at_ on
  std::size_t at_ = 0;
  std::size_t allowance_ = kMaxHead;  // how much the library may read that becomes no body
  std::string tail_;                  // of what the library has read
};

class Client : public httplib::ClientImpl {
 public:
  Client() : ClientImpl("unused", 0) {  // the request names its host, and the stream leads there
    set_url_encode(false);
    set_decompress(false);
  }
  bool Process(Gate& gate, httplib::Request& request) {
    httplib::Response response;
    httplib::Error error = httplib::Error::Success;
    return process_request(gate, request, response, true, error);
  }
};

}  // namespace

HttpAnswer Exchange(Stream& stream, const HttpRequest& request, std::size_t max_bytes,
                    Phase phase) {
  Gate gate(stream, max_bytes, phase);
  httplib::Request out;
  out.method = request.body.empty() ? "GET" : "POST";
  out.path = request.url.path;
  out.body = request.body;
  out.set_header("Host", request.url.Authority());
  out.set_header("User-Agent", kUserAgent);
  out.set_header("Accept", request.accept);
  if (!request.body.empty()) out.set_header("Content-Type", request.content_type);
  out.content_receiver = [&](const char* octets, std::size_t size, std::uint64_t /*offset*/,
                             std::uint64_t /*length*/) { return gate.Receive(octets, size); };
  return gate.Finish(Client().Process(gate, out));
}

}  // namespace stapling
