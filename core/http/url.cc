#include "core/http/url.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "core/net/target_text.h"

namespace stapling {
namespace {

constexpr std::size_t kMaxUrl = 2048;
constexpr const char* kTooLong = "it is longer than 2048 octets";
constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

std::string_view SchemeOf(const Url& url) { return url.tls ? "https" : "http"; }

// RFC 3986 section 3.1
bool HasScheme(std::string_view reference) {
  const std::string_view scheme = reference.substr(0, reference.find_first_of(":/?#"));
  return scheme.size() < reference.size() && reference[scheme.size()] == ':' && !scheme.empty() &&
         std::isalpha(static_cast<unsigned char>(scheme.front())) != 0;
}

// RFC 3986 section 5.2.4, of a path that begins with a slash.
std::string WithoutDotSegments(std::string_view path) {
  std::vector<std::string_view> kept;
  bool is_directory = false;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    is_directory = segment == "." || segment == "..";
    if (segment == ".." && !kept.empty()) kept.pop_back();
    if (!is_directory) kept.push_back(segment);
  }
  std::string text;
  for (const std::string_view segment : kept) text.append("/").append(segment);
  return is_directory ? text + "/" : text;
}

// The reference as an absolute URL, its dot segments still there.
std::string Merge(const Url& base, std::string_view reference) {
  const std::string scheme = std::string(SchemeOf(base)) + ":";
  if (HasScheme(reference)) return std::string(reference);
  if (reference.starts_with("//")) return scheme + std::string(reference);
  const std::string origin = scheme + "//" + base.Authority();
  const std::string_view path = std::string_view(base.path).substr(0, base.path.find('?'));
  std::string_view kept = path.substr(0, path.rfind('/') + 1);
  if (reference.starts_with('/')) kept = {};
  if (reference.starts_with('?')) kept = path;
  if (reference.empty() || reference.starts_with('#')) kept = base.path;
  return origin + std::string(kept) + std::string(reference);
}

}  // namespace

Result<Url> Url::Parse(std::string_view text) {
  if (text.size() > kMaxUrl) return Error{kTooLong};
  if (!std::ranges::all_of(text, IsPrintable)) {
    return Error{"it holds a space, a control or a non-ASCII character"};
  }
  const std::size_t separator = std::min(text.find("://"), text.size());
  const std::string scheme = Lowered(text.substr(0, separator));
  if (separator == text.size() || (scheme != "http" && scheme != "https")) {
    return Error{"it begins neither with http:// nor with https://"};
  }
  text = text.substr(0, text.find('#'));
  text.remove_prefix(std::min(separator + 3, text.size()));
  std::string_view authority = text.substr(0, text.find_first_of("/?"));
  const std::string_view path = text.substr(authority.size());
  if (authority.find('@') != std::string_view::npos) {
    return Error{"it holds a user name or a password"};
  }
  if (authority.ends_with(':')) authority.remove_suffix(1);  // RFC 9110 section 4.2.3
  auto place = ParseHostPort(authority);
  if (!place) return Error{place.error()};

  Url url{.tls = scheme == "https", .target = {}};
  url.port = place->port.value_or(url.tls ? kHttpsPort : kHttpPort);
  url.target = {.text = place->host, .host = place->host, .address = place->address};
  url.path = path.starts_with('/') ? std::string(path) : "/" + std::string(path);
  if (url.Text().size() > kMaxUrl) return Error{kTooLong};  // one may grow by a slash
  return url;
}

Result<Url> Url::Resolve(std::string_view location) const {
  auto url = Parse(Merge(*this, location));
  if (!url) return url;
  const std::size_t query = std::min(url->path.find('?'), url->path.size());
  url->path =
      WithoutDotSegments(std::string_view(url->path).substr(0, query)) + url->path.substr(query);
  return url;
}

std::string Url::Authority() const {
  const bool ip6 = target.address && target.address->is_ip6();
  std::string text = ip6 ? "[" + target.host + "]" : target.host;
  if (port != (tls ? kHttpsPort : kHttpPort)) text += ":" + std::to_string(port);
  return text;
}

std::string Url::Text() const { return std::string(SchemeOf(*this)) + "://" + Authority() + path; }

}  // namespace stapling
