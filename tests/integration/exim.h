// Exim, the mail server that staples: from a file, over SMTP.
#pragma once

#include <string>

#include "tests/integration/real_server.h"
#include "tests/integration/site.h"

namespace stapling::testing {

// `tls`: further lines of its configuration.
StartedServer StartExim(const Site& site, const std::string& tls);

// The lines that switch TLS on, with the site's chain and key; and with a staple.
std::string EximTls(const Site& site);
std::string EximStapling(const Site& site, const OcspResponseSpec& response);

}  // namespace stapling::testing
