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

}  // namespace stapling
