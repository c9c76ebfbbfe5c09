#include "exporter/http/message.h"

#include <strings.h>

namespace stapling::exporter {

std::optional<std::string_view> Request::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key.size() == name.size() && strncasecmp(key.data(), name.data(), name.size()) == 0) {
      return value;
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> Request::QueryValues(std::string_view key) const {
  std::vector<std::string_view> values;
  for (const auto& [name, value] : query) {
    if (name == key) values.emplace_back(value);
  }
  return values;
}

Response TextResponse(int status, std::string_view sentence) {
  Response response;
  response.status = status;
  response.body.reserve(sentence.size() + 1);
  response.body.append(sentence).push_back('\n');
  return response;
}

}  // namespace stapling::exporter
