#include "exporter/web/bcrypt.h"

#include <crypt.h>
#include <openssl/crypto.h>

#include <memory>

namespace stapling::exporter {
namespace {

constexpr std::size_t kPrefixLength = 7;  // $2b$10$
constexpr std::size_t kHashLength = 60;
constexpr std::string_view kAlphabet =
    "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

struct Wiped {
  void operator()(crypt_data* data) const {
    OPENSSL_cleanse(data, sizeof(*data));
    delete data;  // NOLINT(cppcoreguidelines-owning-memory)
  }
};

}  // namespace

bool IsBcryptHash(std::string_view text) {
  if (text.size() != kHashLength || !text.starts_with("$2") || text[3] != '$' || text[6] != '$') {
    return false;
  }
  const std::string_view cost = text.substr(4, 2);
  return std::string_view("aby").find(text[2]) != std::string_view::npos &&
         cost.find_first_not_of("0123456789") == std::string_view::npos && cost >= "04" &&
         cost <= "31" && text.find_first_not_of(kAlphabet, kPrefixLength) == std::string_view::npos;
}

bool MatchesBcrypt(const std::string& password, const std::string& hash) {
  if (password.find('\0') != std::string::npos) return false;
  const std::unique_ptr<crypt_data, Wiped> data(new crypt_data{});
  const char* computed = crypt_rn(password.c_str(), hash.c_str(), data.get(), sizeof(*data));
  if (computed == nullptr || std::string_view(computed).size() != hash.size()) return false;
  return CRYPTO_memcmp(computed, hash.data(), hash.size()) == 0;
}

std::string DecoyOf(const std::string& hash) {
  return hash.substr(0, kPrefixLength) + std::string(kHashLength - kPrefixLength, '.');
}

}  // namespace stapling::exporter
