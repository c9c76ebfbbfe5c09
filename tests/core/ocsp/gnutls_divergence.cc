#include "tests/core/ocsp/gnutls_divergence.h"

#include <gnutls/gnutls.h>
#include <gtest/gtest.h>

#include <ctime>

#include "core/tls/tls_library.h"
#include "tests/core/tls/loopback_handshake.h"

namespace stapling::testing {
namespace {

constexpr const char* kAccepted = "accepted";
constexpr const char* kRefused = "refused";
constexpr const char* kNoOpinion = "no opinion";

// What GnuTLS 3.7 does otherwise, each seen in its answer.
constexpr const char* kAnyStatus = "it takes any answer that is not \"revoked\"";
constexpr const char* kAnyVersion = "it does not look at the version";
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
constexpr const char* kNoWritingOut = "it writes no distribution point out";
constexpr const char* kNoParameters = "it does not look at an algorithm's parameters";
// Of a captured response alone: what no handshake carries is refused.
constexpr const char* kNotAsked = "it is not asked about more than 64 KiB";
// After a handshake alone.
constexpr const char* kErrorMessages = "it lets error messages of responders pass, defined or not";
constexpr const char* kAllowBroken = "our priority string has %VERIFY_ALLOW_BROKEN: MD5 passes";

const std::map<std::string, Divergence>& Divergences() {
  static const std::map<std::string, Divergence> divergences = {
      {"Algorithm/algorithm_with_parameters", {kAccepted, kNoParameters}},
      {"CostlySigner/two_relative_points", {kAccepted, kNoWritingOut}},
      {"Extensions/critical_extension_of_the_response", {kAccepted, kNoCritical}},
      {"Extensions/critical_extension_of_the_single_response", {kAccepted, kNoCritical}},
      {"Form/boolean_not_der", {kAccepted, kBer}},
      {"Form/length_longer_than_needed", {kAccepted, kBer}},
      {"Form/produced_at_no_time", {kAccepted, kNoProducedAt}},
      {"Form/this_update_in_month_13", {kAccepted, kLaxTimes}},
      {"Form/this_update_with_fraction", {kAccepted, kLaxTimes}},
      {"Form/this_update_without_seconds", {kAccepted, kLaxTimes}},
      {"Form/version_2", {kAccepted, kAnyVersion}},
      {"Form/version_of_four_octets", {kAccepted, kAnyVersion}},
      {"Identity/another_issuer_key_hash", {kAccepted, kNoKeyHash}},
      {"Identity/issuer_of_another_name", {kAccepted, kNoIssuerName}},
      {"Identity/key_hash_cut_short", {kAccepted, kNoKeyHash}},
      {"Identity/key_hash_of_the_same_name_impostor", {kAccepted, kNoKeyHash}},
      {"Issuer/cross_signed_twin_in_certs", {kRefused, kFirstName}},
      {"MaxAge/a_second_older", {kAccepted, kNoPolicy}},
      {"MaxAge/a_second_older_and_no_next_update_though_required", {kAccepted, kNoPolicy}},
      {"MaxAge/without_next_update_a_second_older", {kAccepted, kNoPolicy}},
      {"NextUpdate/absent_and_required", {kAccepted, kNoPolicy}},
      {"NextUpdate/past_by_the_skew", {kRefused, kNoSkew}},
      {"ProducedAt/a_second_beyond_the_skew", {kAccepted, kNoProducedAt}},
      {"ProducedAt/after_the_certificate_a_second_beyond_the_skew", {kAccepted, kNoProducedAt}},
      {"ProducedAt/before_the_certificate_a_second_beyond_the_skew", {kAccepted, kNoProducedAt}},
      {"SeveralCandidates/an_unauthorized_twin_first", {kRefused, kFirstName}},
      {"SeveralCandidates/another_of_its_name_first", {kRefused, kFirstName}},
      {"SeveralCandidates/its_own_expired_certificate_first", {kRefused, kFirstName}},
      {"SeveralCandidates/seven_others_of_its_name_first", {kRefused, kFirstName}},
      {"Status/good_then_revoked", {kAccepted, kFirstAnswer}},
      {"Status/good_then_unknown", {kAccepted, kFirstAnswer}},
      {"Status/revoked_under_a_sha256_certid_and_good_under_sha1", {kAccepted, kFirstAnswer}},
      {"Status/stale_good_and_fresh_good", {kRefused, kFirstAnswer}},
      {"Status/unknown", {kAccepted, kAnyStatus}},
      {"Status/unknown_and_revoked_and_good", {kAccepted, kFirstAnswer}},
      {"ThisUpdate/a_second_ahead_without_skew", {kAccepted, kNoFuture}},
      {"ThisUpdate/a_second_beyond_the_skew", {kAccepted, kNoFuture}},
  };
  return divergences;
}

// All of those, and more.
std::map<std::string, Divergence> DivergencesOfCaptured() {
  std::map<std::string, Divergence> divergences = {
      {"Form/a_mebibyte_of_noise", {kNoOpinion, kNotAsked}},
  };
  divergences.insert(Divergences().begin(), Divergences().end());
  return divergences;
}

// The same with others.
std::map<std::string, Divergence> DivergencesAfterHandshake() {
  std::map<std::string, Divergence> divergences = {
      {"Algorithm/rsa_md5", {kAccepted, kAllowBroken}},
      {"ResponseStatus/status_17_undefined", {kAccepted, kErrorMessages}},
      {"ResponseStatus/status_1_malformed_request", {kAccepted, kErrorMessages}},
      {"ResponseStatus/status_2_internal_error", {kAccepted, kErrorMessages}},
      {"ResponseStatus/status_3_try_later", {kAccepted, kErrorMessages}},
      {"ResponseStatus/status_4_not_used", {kAccepted, kErrorMessages}},
      {"ResponseStatus/status_5_sig_required", {kAccepted, kErrorMessages}},
      {"ResponseStatus/status_6_unauthorized", {kAccepted, kErrorMessages}},
      {"ResponseStatus/status_7_undefined", {kAccepted, kErrorMessages}},
      {"ResponseStatus/status_of_five_octets_that_end_in_zeros", {kAccepted, kErrorMessages}},
  };
  divergences.insert(Divergences().begin(), Divergences().end());
  return divergences;
}

const char* Agreeing(Verdict verdict) { return verdict == Verdict::kGood ? kAccepted : kRefused; }

// GnuTLS takes the time from a plain function.
void SetClock(std::chrono::sys_seconds now) {
  static std::time_t fixed_now = 0;
  fixed_now = now.time_since_epoch().count();
  gnutls_global_set_time_function([](std::time_t* out) {
    if (out != nullptr) *out = fixed_now;
    return fixed_now;
  });
}

ThirdPartyAnswer AnswerOf(const LibraryOpinion& opinion) {
  return {opinion.accepted ? kAccepted : kRefused, opinion.sentence};
}

ThirdPartyAnswer AskOfCaptured(const JudgeCase& of) {
  SetClock(of.now);
  const Bytes response = of.Response();
  const auto opinion = OpinionOf(stapling::TlsLibrary::kGnutls, response, of.certificate.x509(),
                                 of.issuer ? of.issuer->x509() : nullptr, of.now);
  return opinion ? AnswerOf(*opinion) : ThirdPartyAnswer{kNoOpinion, "it was not asked"};
}

ThirdPartyAnswer AskAfterHandshake(const std::vector<Certificate>& chain, const Bytes& response,
                                   std::chrono::sys_seconds now) {
  SetClock(now);
  const auto server = Serve({.chain = chain, .staples = {response}});
  const Handshake seen = ShakeHands(server->port(), {.trusted = {Pki().root, Pki().intermediate},
                                                     .now = now,
                                                     .library = stapling::TlsLibrary::kGnutls});
  if (seen.failure) return {kRefused, seen.failure->detail};
  return seen.opinion ? AnswerOf(*seen.opinion) : ThirdPartyAnswer{kRefused, "no staple was seen"};
}

// Else it refuses every response: it looks for the issuer among what the server sent.
TEST(JudgeDivergences, GnutlsWantsTheIssuerSent) {
  const Bytes good = JudgeCase().Response();
  EXPECT_EQ(AskAfterHandshake({Pki().leaf, Pki().intermediate}, good, kNow).word, kAccepted);
  EXPECT_EQ(AskAfterHandshake({Pki().leaf}, good, kNow).word, kRefused);
}

}  // namespace

const ThirdParty& GnutlsOfCaptured() {
  static const ThirdParty party = {.name = "GnuTLS, of a captured response,",
                                   .ask = AskOfCaptured,
                                   .agreeing = Agreeing,
                                   .divergences = DivergencesOfCaptured()};
  return party;
}

const ThirdParty& GnutlsAfterHandshake() {
  static const ThirdParty party = {.name = "GnuTLS, after a handshake,",
                                   .ask =
                                       [](const JudgeCase& of) {
                                         std::vector<Certificate> chain = {of.certificate};
                                         if (of.issuer) chain.push_back(*of.issuer);
                                         return AskAfterHandshake(chain, of.Response(), of.now);
                                       },
                                   .agreeing = Agreeing,
                                   .divergences = DivergencesAfterHandshake()};
  return party;
}

}  // namespace stapling::testing
