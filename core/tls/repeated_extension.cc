#include "core/tls/repeated_extension.h"

#include <algorithm>
#include <vector>

#include "core/tls/message_reader.h"

namespace stapling {
namespace {

constexpr std::size_t kVersionAndRandom = 2 + 32;
constexpr std::size_t kCipherAndCompression = 2 + 1;

// The list comes next, with its length.
bool ListRepeatsOne(MessageReader message) {
  const auto list = message.Vector(2);
  if (!list) return false;
  std::vector<std::size_t> types;
  for (MessageReader reader(*list); !reader.done();) {
    const auto type = reader.Number(2);
    if (!type || !reader.Vector(2)) return false;
    types.push_back(*type);
  }
  std::ranges::sort(types);
  return std::ranges::adjacent_find(types) != types.end();
}

}  // namespace

bool ServerHelloRepeatsAnExtension(BytesView body) {
  MessageReader message(body);
  const bool fits = message.Octets(kVersionAndRandom) && message.Vector(1) &&  // session_id
                    message.Octets(kCipherAndCompression);
  return fits && ListRepeatsOne(message);
}

bool EncryptedExtensionsRepeatOne(BytesView body) { return ListRepeatsOne(MessageReader(body)); }

bool CertificateRequestRepeatsAnExtension(BytesView body) {
  MessageReader message(body);
  return message.Vector(1) && ListRepeatsOne(message);  // certificate_request_context
}

}  // namespace stapling
