// What a strict client makes of a connection: each staple judged, and the first thing it objects
// to.
//
// Looks at what was collected and at nothing else; never blocks.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "core/fact_cache.h"
#include "core/failure.h"
#include "core/module.h"
#include "core/probe_result.h"
#include "core/x509/trust_store.h"

namespace stapling {

// One report for each certificate of the chain, leaf first; self-signed roots are left out, and so
// is the staple of an anchor, or of a certificate beside a verified chain, that cannot be judged. A
// response that was found authentic before is not examined again while the cache holds it; null:
// every one is examined anew.
std::vector<StapleReport> JudgeStaples(const Module& module, const TrustStore& trust_store,
                                       const Handshake& handshake, std::chrono::sys_seconds now,
                                       FactCache<Examination>* authentic_responses = nullptr);

// Who issued this certificate of the handshake (x509/issuer.h); null when it is not at hand.
IdentifiedCertificate IssuerOf(const PresentedCertificate& certificate, const Handshake& handshake,
                               const TrustStore* trust_store);

// The chain first, then the name, then each staple. None: a strict client would go on.
std::optional<Failure> Objection(const Module& module, const Connection& connection);

}  // namespace stapling
