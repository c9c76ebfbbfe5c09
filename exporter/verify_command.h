// `verify`: judges a captured staple offline, with the same judge as a probe.
//
// Nothing is fetched and no trust store is asked: the caller vouches for the issuer. A certificate
// that did not issue the other one is not its issuer, and the verdict then is issuer_unknown.
#pragma once

#include <iosfwd>

namespace stapling::exporter {

struct VerifyOptions;

// Returns the exit status: 0 for good, 2 for any other verdict, 3 for what cannot be read, with one
// sentence on `err`.
int RunVerify(const VerifyOptions& options, std::ostream& out, std::ostream& err);

}  // namespace stapling::exporter
