// Passwords hashed with bcrypt, as htpasswd -B writes them. Pure; safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace stapling::exporter {

// $2a$, $2b$ or $2y$, a cost from 04 to 31, 22 characters of salt and 31 of hash.
bool IsBcryptHash(std::string_view text);

// Takes 2^cost steps: 50 ms and more at cost 10. Only the first 72 octets of a password count; one
// that holds a NUL matches nothing.
bool MatchesBcrypt(const std::string& password, const std::string& hash);

// A hash that takes as long as `hash` and that no password is known for.
std::string DecoyOf(const std::string& hash);

}  // namespace stapling::exporter
