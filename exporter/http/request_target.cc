#include "exporter/http/request_target.h"

#include <algorithm>

namespace stapling::exporter {
namespace {

int HexValue(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (text.size() - i < 3) return std::nullopt;
      const int high = HexValue(text[i + 1]);
      const int low = HexValue(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      decoded.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      decoded.push_back(text[i] == '+' && plus_is_space ? ' ' : text[i]);
    }
  }
  return decoded;
}

// The part after the authority of an absolute form; empty means "/".
std::optional<std::string_view> StripAuthority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    target.remove_prefix(scheme.size());
    target.remove_prefix(std::min(target.size(), target.find_first_of("/?")));
    return target;
  }
  return std::nullopt;
}

bool AppendPair(std::string_view pair, RequestTarget& parsed) {
  if (pair.empty()) return true;
  const std::size_t equals = std::min(pair.size(), pair.find('='));
  auto key = PercentDecode(pair.substr(0, equals), true);
  auto value = PercentDecode(pair.substr(std::min(pair.size(), equals + 1)), true);
  if (!key || !value) return false;
  parsed.query.emplace_back(std::move(*key), std::move(*value));
  return true;
}

}  // namespace

std::optional<RequestTarget> ParseRequestTarget(std::string_view target) {
  if (target == "*") return RequestTarget{.path = "*", .query = {}};
  if (!target.starts_with('/')) {
    const auto origin_form = StripAuthority(target);
    if (!origin_form) return std::nullopt;
    target = *origin_form;
  }
  const std::size_t question = std::min(target.size(), target.find('?'));
  auto path = PercentDecode(target.substr(0, question), false);
  if (!path) return std::nullopt;

  RequestTarget parsed{.path = path->empty() ? "/" : std::move(*path), .query = {}};
  std::string_view query = target.substr(std::min(target.size(), question + 1));
  while (!query.empty()) {
    const std::size_t ampersand = std::min(query.size(), query.find('&'));
    if (!AppendPair(query.substr(0, ampersand), parsed)) return std::nullopt;
    query.remove_prefix(std::min(query.size(), ampersand + 1));
  }
  return parsed;
}

}  // namespace stapling::exporter
