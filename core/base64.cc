#include "core/base64.h"

#include <openssl/evp.h>

namespace stapling {

std::string Base64(BytesView octets) {
  std::string text((octets.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends it with a NUL
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), octets.data(),
                  static_cast<int>(octets.size()));
  text.pop_back();
  return text;
}

std::optional<Bytes> DecodeBase64(std::string_view text) {
  const std::size_t padding = text.size() - (text.find_last_not_of('=') + 1);
  if (text.size() % 4 != 0 || padding > 2) return std::nullopt;
  Bytes octets(text.size() / 4 * 3);
  const int length =
      EVP_DecodeBlock(octets.data(), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  octets.resize(static_cast<std::size_t>(length) - padding);
  return octets;
}

}  // namespace stapling
