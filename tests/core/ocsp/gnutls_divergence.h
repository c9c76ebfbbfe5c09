// GnuTLS' own opinion of a response, as core/tls/gnutls_opinion.h has it: "accepted" or "refused".
// Only "good" agrees with acceptance.
#pragma once

#include "tests/core/ocsp/divergence.h"

namespace stapling::testing {

const ThirdParty& GnutlsLibrary();

}  // namespace stapling::testing
