// Bcrypt hashes whose passwords are known: of the test vectors of crypt_blowfish, cost 5, which is
// quick.
#pragma once

namespace stapling::exporter {

inline constexpr const char* kPassword = "U*U";
inline constexpr const char* kHash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

inline constexpr const char* kOtherPassword = "U*U*";
inline constexpr const char* kOtherHash =
    "$2y$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK";

}  // namespace stapling::exporter
