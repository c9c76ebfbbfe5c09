// A probe of a server that begins in plain text, and what any such probe of a healthy one shows.
#pragma once

#include <cstdint>
#include <string>

#include "tests/integration/scrape.h"

namespace stapling::testing {

// Of SCHEME://127.0.0.1:PORT, by the name that the site's certificate speaks for; `more` are
// further lines of the module.
Scrape ProbeScheme(const Site& site, const std::string& scheme, std::uint16_t port,
                   const std::string& more = {});

// The handshake was reached by way of STARTTLS, chain and name verify, and the staple is as it
// should be; `verdict` is missing or good.
void ExpectHealthy(const Scrape& scrape, const std::string& verdict);

// The server was reached, and has nothing but plain text.
void ExpectPlainTextOnly(const Scrape& scrape);

// The server offers TLS and then refuses it, in these words of its own, which the log quotes.
void ExpectRefusal(const Site& site, const std::string& scheme, std::uint16_t port,
                   const std::string& words);

}  // namespace stapling::testing
