// What the program `openssl ocsp -respin` says of a response: "good", "revoked", "unknown" or
// "refused", which agrees with every other verdict.
//
// The program itself is asked, not the library that our judge is made of. It is told the issuer and
// to trust it alone, our clock skew (-validity_period) and max_age (-status_age); without an issuer
// it refuses. It has no option for the time at which a response is judged, so its clock is fixed
// from outside (fixed_clock.cc).
#pragma once

#include "tests/core/ocsp/divergence.h"

namespace stapling::testing {

const ThirdParty& OpensslProgram();

}  // namespace stapling::testing
