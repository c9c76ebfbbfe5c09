// GnuTLS' own opinion of a response: "accepted" or "refused". Only "good" agrees with acceptance.
//
// It has two, and so has the exporter (core/tls/gnutls_opinion.h): of a captured response, as
// `verify --library gnutls` tells, and of a staple after a handshake, which is
// ocsp_staple_accepted_by_library.
#pragma once

#include "tests/core/ocsp/divergence.h"

namespace stapling::testing {

const ThirdParty& GnutlsOfCaptured();

// A server on loopback sends the certificate, its issuer and the response. What no handshake
// carries is refused.
const ThirdParty& GnutlsAfterHandshake();

}  // namespace stapling::testing
