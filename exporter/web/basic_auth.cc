#include "exporter/web/basic_auth.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <strings.h>

#include <algorithm>
#include <new>
#include <utility>

#include "core/base64.h"
#include "exporter/web/bcrypt.h"

namespace stapling::exporter {
namespace {

constexpr std::size_t kMostWrong = 1024;  // then it forgets them all

// By the two digits of its cost.
std::string MostCostly(const std::map<std::string, std::string>& users) {
  const auto cost = [](const auto& user) { return user.second.substr(4, 2); };
  return std::ranges::max_element(users, {}, cost)->second;
}

}  // namespace

std::optional<Credentials> ParseBasicCredentials(std::string_view header) {
  constexpr std::string_view kScheme = "Basic ";
  if (strncasecmp(header.data(), kScheme.data(), std::min(kScheme.size(), header.size())) != 0 ||
      header.size() <= kScheme.size()) {
    return std::nullopt;
  }
  header.remove_prefix(kScheme.size());
  header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
  const auto decoded = DecodeBase64(header);
  if (!decoded) return std::nullopt;
  const auto colon = std::ranges::find(*decoded, ':');
  if (colon == decoded->end()) return std::nullopt;
  return Credentials{.user = {decoded->begin(), colon}, .password = {colon + 1, decoded->end()}};
}

BasicAuth::BasicAuth(std::map<std::string, std::string> users)
    : BasicAuth(std::move(users), &MatchesBcrypt) {}

BasicAuth::BasicAuth(std::map<std::string, std::string> users, Matches matches)
    : users_(std::move(users)), matches_(std::move(matches)), decoy_(DecoyOf(MostCostly(users_))) {
  // Neither this nor a digest fails but for want of memory.
  if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1) throw std::bad_alloc();
}

BasicAuth::Digest BasicAuth::DigestOf(const Credentials& credentials) const {
  // A user's name holds no colon.
  const std::string text = credentials.user + ":" + credentials.password;
  Digest digest{};
  unsigned int size = 0;
  const auto* done =
      HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  if (done == nullptr) throw std::bad_alloc();
  return digest;
}

BasicAuth::Memory BasicAuth::Recall(const Credentials& credentials) const {
  return Recall(credentials.user, DigestOf(credentials));
}

BasicAuth::Memory BasicAuth::Recall(const std::string& user, const Digest& digest) const {
  const std::lock_guard lock(mutex_);
  const auto proven = proven_.find(user);
  if (proven != proven_.end() &&
      CRYPTO_memcmp(proven->second.data(), digest.data(), digest.size()) == 0) {
    return Memory::kRight;
  }
  return wrong_.contains(digest) ? Memory::kWrong : Memory::kNone;
}

bool BasicAuth::Check(const Credentials& credentials) {
  const Digest digest = DigestOf(credentials);
  const Memory memory = Recall(credentials.user, digest);
  if (memory != Memory::kNone) return memory == Memory::kRight;
  const auto user = users_.find(credentials.user);
  const bool known = user != users_.end();
  const bool matches = matches_(credentials.password, known ? user->second : decoy_);
  const std::lock_guard lock(mutex_);
  if (known && matches) {
    proven_[credentials.user] = digest;
    return true;
  }
  if (wrong_.size() >= kMostWrong) wrong_.clear();
  wrong_.insert(digest);
  return false;
}

}  // namespace stapling::exporter
