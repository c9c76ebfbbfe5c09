#include "core/x509/name_check.h"

#include <openssl/x509v3.h>

#include "core/net/ip_address.h"
#include "core/net/target.h"

namespace stapling {

bool MatchesHost(X509* certificate, const std::string& host) {
  if (const auto address = IpAddress::Parse(host)) {
    const auto octets = address->octets();
    return X509_check_ip(certificate, octets.data(), octets.size(), 0) == 1;
  }
  std::string name = host;
  if (name.ends_with('.')) name.pop_back();  // certificates hold no trailing dot
  // X509_check_host() takes a leading dot for a wish to match any subdomain.
  if (!IsHostName(name)) return false;
  constexpr unsigned kFlags =
      X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  return X509_check_host(certificate, name.data(), name.size(), kFlags, nullptr) == 1;
}

}  // namespace stapling
