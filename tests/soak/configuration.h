// The configurations that the exporter is given: good ones, which all judge alike, and bad ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace stapling::testing {

// Never to be seen in a page.
inline constexpr const char* kProxyPassword = "open-sesame";

// Modules for both TLS libraries, named "openssl" and "gnutls": alone, and with _required, _twice,
// _vary, _crossed, _proxied and _smtp after the name. `ca_file` is trusted, `proxy_port` is where
// _proxied goes. Every `variant` judges alike; every second one has a module more.
std::string GoodConfiguration(const std::string& ca_file, std::uint16_t proxy_port,
                              std::size_t variant);

// None of them may be taken.
const std::vector<std::string>& BadConfigurations();

}  // namespace stapling::testing
