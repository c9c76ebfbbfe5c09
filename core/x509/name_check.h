// Does the certificate speak for this host? (RFC 6125, RFC 9525: DNS-ID and IP-ID only.)
#pragma once

#include <openssl/types.h>

#include <string>

namespace stapling {

// `host` is a DNS name or an IP literal. The subject's common name is not looked at.
bool MatchesHost(X509* certificate, const std::string& host);

}  // namespace stapling
