#include "tests/core/ocsp/divergence.h"

#include <gnutls/gnutls.h>
#include <gtest/gtest.h>

#include <map>

#include "core/tls/tls_library.h"

namespace stapling::testing {
namespace {

// What GnuTLS 3.7 does differently.
constexpr const char* kAnyStatus = "it takes any answer that is not \"revoked\"";
constexpr const char* kFirstAnswer = "it looks at the first answer alone";
constexpr const char* kFirstName =
    "it tries the first embedded certificate of the signer's name alone";
constexpr const char* kBer = "it takes BER";
constexpr const char* kLaxTimes = "it reads times that DER does not allow";
constexpr const char* kNoProducedAt = "it does not look at producedAt";
constexpr const char* kNoKeyHash = "it compares serial and issuer name, not the issuer's key";
constexpr const char* kNoCritical = "it does not look at critical extensions";
constexpr const char* kNoFuture = "it does not mind a thisUpdate of the future";
constexpr const char* kNoSkew = "it allows for no clock skew";
constexpr const char* kNoPolicy = "it has no such policy";
constexpr const char* kNoIssuerName =
    "it takes the key of the issuer it is given, whatever its name";
constexpr const char* kNoParameters = "it does not look at an algorithm's parameters";

// By row, with the cause.
const std::map<std::string, const char*>& KnownDivergences() {
  static const std::map<std::string, const char*> known = {
      {"Algorithm/algorithm_with_parameters", kNoParameters},
      {"Extensions/critical_extension_of_the_response", kNoCritical},
      {"Extensions/critical_extension_of_the_single_response", kNoCritical},
      {"Form/boolean_not_der", kBer},
      {"Form/length_longer_than_needed", kBer},
      {"Form/produced_at_no_time", kNoProducedAt},
      {"Form/this_update_in_month_13", kLaxTimes},
      {"Form/this_update_with_fraction", kLaxTimes},
      {"Form/this_update_without_seconds", kLaxTimes},
      {"Identity/another_issuer_key_hash", kNoKeyHash},
      {"Identity/issuer_of_another_name", kNoIssuerName},
      {"Identity/key_hash_cut_short", kNoKeyHash},
      {"Identity/key_hash_of_the_same_name_impostor", kNoKeyHash},
      {"Issuer/cross_signed_twin_in_certs", kFirstName},
      {"MaxAge/a_second_older", kNoPolicy},
      {"MaxAge/a_second_older_and_no_next_update_though_required", kNoPolicy},
      {"MaxAge/without_next_update_a_second_older", kNoPolicy},
      {"NextUpdate/absent_and_required", kNoPolicy},
      {"NextUpdate/past_by_the_skew", kNoSkew},
      {"ProducedAt/a_second_beyond_the_skew", kNoProducedAt},
      {"ProducedAt/after_the_certificate_a_second_beyond_the_skew", kNoProducedAt},
      {"ProducedAt/before_the_certificate_a_second_beyond_the_skew", kNoProducedAt},
      {"SeveralCandidates/an_unauthorized_twin_first", kFirstName},
      {"SeveralCandidates/another_of_its_name_first", kFirstName},
      {"SeveralCandidates/its_own_expired_certificate_first", kFirstName},
      {"SeveralCandidates/seven_others_of_its_name_first", kFirstName},
      {"Status/good_then_revoked", kFirstAnswer},
      {"Status/good_then_unknown", kFirstAnswer},
      {"Status/revoked_under_a_sha256_certid_and_good_under_sha1", kFirstAnswer},
      {"Status/stale_good_and_fresh_good", kFirstAnswer},
      {"Status/unknown", kAnyStatus},
      {"Status/unknown_and_revoked_and_good", kFirstAnswer},
      {"ThisUpdate/a_second_ahead_without_skew", kNoFuture},
      {"ThisUpdate/a_second_beyond_the_skew", kNoFuture},
  };
  return known;
}

}  // namespace

void ExpectKnownDivergence(const std::string& name, const JudgeCase& of, const Judgement& judged) {
  static std::time_t now = 0;
  now = of.now.time_since_epoch().count();
  gnutls_global_set_time_function([](std::time_t* out) {
    if (out != nullptr) *out = now;
    return now;
  });
  const Bytes response = of.Response();
  const auto opinion = OpinionOf(TlsLibrary::kGnutls, response, of.certificate.x509(),
                                 of.issuer ? of.issuer->x509() : nullptr, of.now);
  ASSERT_TRUE(opinion);
  const bool differs = opinion->accepted != (judged.verdict == Verdict::kGood);
  const auto listed = KnownDivergences().find(name);
  if (listed == KnownDivergences().end()) {
    EXPECT_FALSE(differs) << "GnuTLS: " << opinion->sentence;
  } else {
    EXPECT_TRUE(differs) << "listed as a divergence because " << listed->second
                         << ", but GnuTLS agrees: " << opinion->sentence;
  }
}

}  // namespace stapling::testing
