// What of a probe's page must not depend on the TLS library that made the handshake.
//
// Two probes of one server, one by each library, give the same page to the octet, comments and
// order included, but for these series, by name:
//
//   left out    probe_tls_library_info, ocsp_staple_accepted_by_library: the library's name, and
//               its own opinion
//   any value   probe_duration_seconds, probe_dns_lookup_time_seconds,
//   probe_phase_duration_seconds:
//               timings
//   any value   ocsp_staple_age_seconds, ocsp_staple_remaining_seconds,
//               ocsp_staple_lifetime_used_ratio, ocsp_staple_lag_seconds,
//               ocsp_responder_cache_age_seconds, ocsp_crl_cache_age_seconds: the clock goes on
//               between the two probes
//
// A server that makes its staples anew for each connection gives each probe another one. Then, too:
//
//   any value   ocsp_staple_this_update_timestamp_seconds,
//               ocsp_staple_next_update_timestamp_seconds,
//               ocsp_staple_produced_at_timestamp_seconds,
//               ocsp_staple_effective_expiry_timestamp_seconds,
//               ocsp_staple_revoked_at_timestamp_seconds: of that moment
//               ocsp_staple_size_bytes: an ECDSA signature is not always of one length
#pragma once

#include <string>

namespace stapling::testing {

enum class ServerStaples { kKept, kMadeAnew };

// The page without the first group, and with <any> for the value of each series of the others.
std::string ComparablePage(const std::string& page, ServerStaples staples);

// The page without the first group alone.
std::string WithoutLibrary(const std::string& page);

}  // namespace stapling::testing
