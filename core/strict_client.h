// What a strict client makes of a connection: each staple judged, and the first thing it objects
// to.
//
// Looks at what was collected and at nothing else; never blocks or throws.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "core/failure.h"
#include "core/module.h"
#include "core/probe_result.h"
#include "core/x509/trust_store.h"

namespace stapling {

// One report for each certificate of the chain, leaf first; self-signed roots are left out.
std::vector<StapleReport> JudgeStaples(const Module& module, const TrustStore& trust_store,
                                       const Handshake& handshake, std::chrono::sys_seconds now);

// Who issued this certificate of the handshake (x509/issuer.h); nullptr when it is not at hand.
X509Ptr IssuerOf(X509* certificate, const Handshake& handshake, const TrustStore* trust_store);

// The chain first, then the name, then each staple. None: a strict client would go on.
std::optional<Failure> Objection(const Module& module, const Connection& connection);

}  // namespace stapling
