// Verifications that succeeded, so that the same certificates and staples are not verified again
// with every scrape.
//
// Only successes are kept, of which a peer cannot make up any number: a chain that verified, with
// the span of time in which its certificates are valid and the trust store that vouched for it; a
// response that is authentic. Safe from any thread.
#pragma once

#include <cstddef>

#include "core/fact_cache.h"
#include "core/ocsp/examination.h"
#include "core/tls/verified_chain.h"

namespace stapling {

struct VerificationCache {
  static constexpr std::size_t kDefaultMaxBytes = std::size_t{64} * 1024 * 1024;

  // A chain takes as much as two responses. 0: nothing is kept.
  explicit VerificationCache(std::size_t max_bytes = kDefaultMaxBytes)
      : chains(max_bytes / 3 * 2), responses(max_bytes / 3) {}

  FactCache<VerifiedChain> chains;
  FactCache<Examination> responses;

  [[nodiscard]] FactCacheStats stats() const {
    const FactCacheStats of_chains = chains.stats();
    const FactCacheStats of_responses = responses.stats();
    return {.hits = of_chains.hits + of_responses.hits,
            .misses = of_chains.misses + of_responses.misses,
            .entries = of_chains.entries + of_responses.entries,
            .bytes = of_chains.bytes + of_responses.bytes};
  }
};

}  // namespace stapling
