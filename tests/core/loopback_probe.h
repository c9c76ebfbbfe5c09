// One probe of a TLS server on loopback, from a target to its result.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/probe.h"
#include "tests/core/tls/loopback_handshake.h"
#include "tests/support/ocsp_response.h"

namespace stapling::testing {

struct ProbeCase {
  TlsServerOptions server = {};  // without a chain: leaf and intermediate
  Module module = {};
  std::vector<Certificate> trusted = {Pki().root};
  std::string host = "localhost";
  std::string hostname = {};
  std::chrono::sys_seconds at = kNow;
  TargetPolicy policy = {};
};

// Probes HOST:PORT within ten seconds; on a Make that fails the test ends.
ProbeResult ProbeTarget(const std::string& target, const ProbeCase& with = {},
                        std::chrono::milliseconds patience = std::chrono::seconds(10),
                        const ResolverSettings& resolver = {});

// Starts the server of the case and probes it.
ProbeResult ProbeServer(const ProbeCase& of);

// "judge staple_missing"; empty for success. Checks that success and failure agree.
std::string FailureWords(const ProbeResult& result);

// The labels of the phases, in the order in which they were entered.
std::vector<std::string> PhaseWords(const ProbeResult& result);

// A good staple: of the leaves by the intermediate, of the intermediate by the root.
OcspResponseSpec GoodStapleOf(const Certificate& leaf);
Bytes GoodStaple(const Certificate& leaf = Pki().leaf);
Bytes GoodStapleOfIntermediate();
// The same, a day past its nextUpdate.
Bytes ExpiredStaple(const Certificate& leaf = Pki().leaf);
Bytes ExpiredStapleOfIntermediate();
// The same, revoked yesterday.
Bytes RevokedStapleOfIntermediate();

}  // namespace stapling::testing
