// Basic authentication (RFC 7617) against bcrypt hashes, with a memory, so that a scrape costs no
// bcrypt each time.
//
// Remembered are the password that each user last proved to know and a bounded number of wrong
// guesses, all as HMAC-SHA256 under a key made at random for this object: neither passwords nor
// anything to guess them from offline is kept. A user who does not exist takes as long as the one
// with the most costly hash. Safe from any thread; immutable but for the memory.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace stapling::exporter {

struct Credentials {
  std::string user;
  std::string password;
};

// Of an Authorization header; nullopt if it is of another scheme or malformed.
std::optional<Credentials> ParseBasicCredentials(std::string_view header);

class BasicAuth {
 public:
  using Matches = std::function<bool(const std::string& password, const std::string& hash)>;

  enum class Memory { kRight, kWrong, kNone };

  // Names to hashes; at least one.
  explicit BasicAuth(std::map<std::string, std::string> users);
  BasicAuth(std::map<std::string, std::string> users, Matches matches);

  // At once.
  [[nodiscard]] Memory Recall(const Credentials& credentials) const;

  // Computes a hash unless it remembers.
  [[nodiscard]] bool Check(const Credentials& credentials);

 private:
  using Digest = std::array<unsigned char, 32>;

  [[nodiscard]] Digest DigestOf(const Credentials& credentials) const;
  [[nodiscard]] Memory Recall(const std::string& user, const Digest& digest) const;

  const std::map<std::string, std::string> users_;
  const Matches matches_;
  std::string decoy_;
  Digest key_{};

  mutable std::mutex mutex_;
  std::map<std::string, Digest> proven_;  // guarded by mutex_; by user
  std::set<Digest> wrong_;                // guarded by mutex_
};

}  // namespace stapling::exporter
