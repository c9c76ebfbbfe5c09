// --save-staples: what a server stapled, as files to look at and to judge again.
//
// Writes into one directory and nowhere else: names are made of the target's host and port with
// everything but letters, digits, dots and hyphens replaced, and a symbolic link in the way is not
// followed. Older files of the same names are replaced.
#pragma once

#include <string>
#include <vector>

#include "core/module.h"
#include "core/net/target.h"
#include "core/probe.h"
#include "core/result.h"

namespace stapling::exporter {

// For each staple HOST_PORT.DEPTH.staple.pem (PEM whatever was stapled, which may look like another
// encoding of something else), HOST_PORT.DEPTH.cert.pem and, if the issuer is known,
// HOST_PORT.DEPTH.issuer.pem. Where the module varies something, what is particular to a connection
// comes before DEPTH, as in HOST_PORT.192.0.2.1.tls1.3.ecdsa.0.staple.pem. Returns, for each staple
// with an issuer, the command line that judges it again as this probe did.
Result<std::vector<std::string>> SaveStaples(const std::string& directory, const Target& target,
                                             const Module& module, const ProbeResult& result);

}  // namespace stapling::exporter
