#include "exporter/http/request_head.h"

#include <strings.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "exporter/http/request_target.h"

namespace stapling::exporter {
namespace {

constexpr Refusal kMalformedLine{400, "The request line is malformed."};
constexpr Refusal kMalformedTarget{400, "The request target is malformed."};
constexpr Refusal kMalformedHeader{400, "A header line is malformed."};
constexpr Refusal kBareLineFeed{400, "Lines must end in CR LF."};
constexpr Refusal kHost{400, "An HTTP/1.1 request needs exactly one Host header."};
constexpr Refusal kMalformedLength{400, "The Content-Length is malformed or ambiguous."};
constexpr Refusal kLengthRequired{411, "Transfer codings are not supported: send Content-Length."};
constexpr Refusal kBodyTooLarge{413, "The request body is too large."};
constexpr Refusal kTargetTooLong{414, "The request line is too long."};
constexpr Refusal kExpectation{417, "The only expectation supported is 100-continue."};
constexpr Refusal kHeadTooLarge{431, "The request head is too large."};
constexpr Refusal kVersion{505, "Only HTTP/1.0 and HTTP/1.1 are supported."};

bool IsTokenByte(char byte) {
  const bool alphanumeric =
      (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
  return alphanumeric ||
         (byte != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(byte) != std::string_view::npos);
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenByte);
}

// Control bytes other than the allowed one make two readers disagree; bytes above 0x7f do not.
bool IsControl(char byte) {
  return (static_cast<unsigned char>(byte) < 0x20 && byte != '\t') || byte == 0x7f;
}

bool EqualsIgnoringCase(std::string_view left, std::string_view right) {
  return left.size() == right.size() && strncasecmp(left.data(), right.data(), left.size()) == 0;
}

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Calls visit(value) for each header of that name.
template <typename Visit>
void ForEachHeader(const HeaderList& headers, std::string_view name, Visit visit) {
  for (const auto& [key, value] : headers) {
    if (EqualsIgnoringCase(key, name)) visit(std::string_view(value));
  }
}

bool HasListMember(const HeaderList& headers, std::string_view name, std::string_view member) {
  bool found = false;
  ForEachHeader(headers, name, [&](std::string_view value) {
    while (!value.empty()) {
      const std::size_t comma = std::min(value.size(), value.find(','));
      found = found || EqualsIgnoringCase(Trim(value.substr(0, comma)), member);
      value.remove_prefix(std::min(value.size(), comma + 1));
    }
  });
  return found;
}

std::optional<Refusal> ParseRequestLine(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return kMalformedLine;
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!IsToken(method)) return kMalformedLine;
  const auto unprintable = [](char byte) { return byte == ' ' || byte == '\t' || IsControl(byte); };
  if (std::any_of(target.begin(), target.end(), unprintable)) return kMalformedLine;
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return version.starts_with("HTTP/") ? kVersion : kMalformedLine;
  }
  auto parsed = ParseRequestTarget(target);
  if (!parsed) return kMalformedTarget;
  head.http_1_0 = version == "HTTP/1.0";
  head.request.method = method;
  head.request.target = target;
  head.request.path = std::move(parsed->path);
  head.request.query = std::move(parsed->query);
  return std::nullopt;
}

std::optional<Refusal> ParseHeaderLine(std::string_view line, RequestHead& head) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) return kMalformedHeader;
  const std::string_view value = Trim(line.substr(colon + 1));
  if (std::any_of(value.begin(), value.end(), IsControl)) return kMalformedHeader;
  head.request.headers.emplace_back(line.substr(0, colon), value);
  return std::nullopt;
}

// RFC 9112 §6: how long the body is, or why that cannot be told.
std::optional<Refusal> ParseBodyLength(const HeadLimits& limits, RequestHead& head) {
  std::optional<std::string_view> length;
  bool ambiguous = false;
  ForEachHeader(head.request.headers, "Content-Length", [&](std::string_view value) {
    ambiguous = ambiguous || (length && *length != value);
    length = value;
  });
  if (head.request.Header("Transfer-Encoding")) return length ? kMalformedLength : kLengthRequired;
  if (ambiguous) return kMalformedLength;
  if (!length) return std::nullopt;
  const bool digits = !length->empty() && std::all_of(length->begin(), length->end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return kMalformedLength;
  const auto [end, error] =
      std::from_chars(length->data(), length->data() + length->size(), head.body_bytes);
  static_cast<void>(end);
  if (error != std::errc() || head.body_bytes > limits.body_bytes) return kBodyTooLarge;
  return std::nullopt;
}

std::optional<Refusal> InterpretHeaders(const HeadLimits& limits, RequestHead& head) {
  const HeaderList& headers = head.request.headers;
  int hosts = 0;
  ForEachHeader(headers, "Host", [&](std::string_view) { ++hosts; });
  if (hosts > 1 || (hosts == 0 && !head.http_1_0)) return kHost;
  if (const auto refusal = ParseBodyLength(limits, head)) return refusal;

  if (const auto expectation = head.request.Header("Expect"); expectation && !head.http_1_0) {
    if (!EqualsIgnoringCase(*expectation, "100-continue")) return kExpectation;
    head.expects_continue = head.body_bytes > 0;
  }
  head.keep_alive = head.http_1_0 ? HasListMember(headers, "Connection", "keep-alive")
                                  : !HasListMember(headers, "Connection", "close");
  return std::nullopt;
}

HeadOutcome Interpret(const std::vector<std::string_view>& lines, std::size_t consumed,
                      const HeadLimits& limits) {
  CompleteHead complete{.head = {}, .consumed = consumed};
  if (const auto refusal = ParseRequestLine(lines.front(), complete.head)) return *refusal;
  complete.head.request.headers.reserve(lines.size() - 1);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (const auto refusal = ParseHeaderLine(lines[i], complete.head)) return *refusal;
  }
  if (const auto refusal = InterpretHeaders(limits, complete.head)) return *refusal;
  return complete;
}

}  // namespace

HeadOutcome ParseRequestHead(std::string_view received, const HeadLimits& limits) {
  std::vector<std::string_view> lines;
  std::size_t position = 0;
  // RFC 9112 §2.2: empty lines before the request line are ignored.
  while (received.substr(position).starts_with("\r\n")) position += 2;
  // Whoever speaks TLS, or noise, to this port shall not have to wait for a time-out.
  if (position < received.size() && received[position] != '\r' &&
      !IsTokenByte(received[position])) {
    return kMalformedLine;
  }
  for (;;) {
    const std::size_t line_feed = received.find('\n', position);
    if (line_feed == std::string_view::npos) break;
    if (line_feed == position || received[line_feed - 1] != '\r') return kBareLineFeed;
    const std::string_view line = received.substr(position, line_feed - 1 - position);
    position = line_feed + 1;
    if (line.empty()) {
      return position > limits.head_bytes ? HeadOutcome(kHeadTooLarge)
                                          : Interpret(lines, position, limits);
    }
    if (lines.empty() && line.size() > limits.request_line_bytes) return kTargetTooLong;
    if (lines.size() > limits.header_count) return kHeadTooLarge;
    lines.push_back(line);
  }
  // The carriage return at the end may be half of a line's end.
  const std::size_t line_bytes = received.size() - position - (received.ends_with('\r') ? 1 : 0);
  if (lines.empty() && line_bytes > limits.request_line_bytes) return kTargetTooLong;
  if (received.size() >= limits.head_bytes) return kHeadTooLarge;
  return NeedMore{};
}

}  // namespace stapling::exporter
