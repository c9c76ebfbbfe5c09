#include "tests/core/ocsp/openssl_divergence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "tests/support/bytes.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {
namespace {

constexpr const char* kGood = "good";
constexpr const char* kRevoked = "revoked";
constexpr const char* kRefused = "refused";

// What OpenSSL 3.0 does otherwise, each seen in its answer.
constexpr const char* kAnyVersion = "it does not look at the version";
constexpr const char* kBer = "it takes BER";
constexpr const char* kFirstAnswer = "it looks at the first answer alone";
constexpr const char* kFirstElement = "it reads one element and does not look behind it";
constexpr const char* kFirstName =
    "it tries the first embedded certificate of the signer's name alone";
constexpr const char* kLaxTimes = "it reads times that DER does not allow";
constexpr const char* kMd5 = "it takes MD5";
constexpr const char* kNoCritical = "it does not look at critical extensions";
constexpr const char* kNoParameters = "it does not look at an algorithm's parameters";
constexpr const char* kNoPolicy = "it has no such policy";
constexpr const char* kNoProducedAt = "it does not look at producedAt";
constexpr const char* kNoBound = "it writes out every distribution point, whatever it costs";
constexpr const char* kNoRevokedAt = "it prints a bad revocationTime as such and goes on";
constexpr const char* kShortStatus = "it cuts the responseStatus to 32 bits";
// X509_cmp_time() says "earlier" of two equal instants, as its manual page tells.
constexpr const char* kNeverEqual = "an instant that has just come is past to it";

std::vector<std::string> CommandLine(const JudgeCase& of, const TempDir& directory) {
  std::vector<std::string> arguments = {"openssl", "ocsp", "-no_nonce", "-respin",
                                        directory.Write("response.der", ToString(of.Response()))};
  const auto add = [&](const std::vector<std::string>& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
  };
  if (of.issuer) {
    const std::string issuer = directory.Write("issuer.pem", of.issuer->Pem());
    add({"-issuer", issuer, "-CAfile", issuer, "-partial_chain", "-no-CApath", "-no-CAstore"});
  }
  const std::string certificate = directory.Write("certificate.pem", of.certificate.Pem());
  // It finds only answers under the hash that it is told to ask with.
  for (const char* hash : {"-sha1", "-sha256", "-sha384", "-sha512"}) {
    add({hash, "-cert", certificate});
  }
  add({"-validity_period", std::to_string(of.policy.clock_skew.count())});
  if (of.policy.max_age) add({"-status_age", std::to_string(of.policy.max_age->count())});
  return arguments;
}

// It prints FILE: STATUS for each question that has an answer, and exits with 1 if any has none.
std::string ReadAnswer(const ProcessResult& result) {
  const std::string said = result.output + result.errors;
  const auto says = [&](std::string_view text) { return said.find(text) != std::string::npos; };
  if (result.exit_status > 1) return "exit status " + std::to_string(result.exit_status);
  if (!says("Response verify OK\n") || says("Status times invalid")) return kRefused;
  for (const char* status : {"revoked", "unknown", "good"}) {
    if (says("certificate.pem: " + std::string(status) + "\n")) return status;
  }
  return kRefused;
}

ThirdPartyAnswer Ask(const JudgeCase& of) {
  const TempDir directory;
  const auto result = RunProcess(
      {.arguments = CommandLine(of, directory),
       .environment = {"LD_PRELOAD=" FIXED_CLOCK_LIBRARY, "OPENSSL_CONF=/dev/null",
                       "FIXED_CLOCK=" + std::to_string(of.now.time_since_epoch().count())}});
  if (!result) return {"no answer", result.error()};
  return {ReadAnswer(*result), result->output + result->errors};
}

std::string Agreeing(Verdict verdict) {
  switch (verdict) {
    case Verdict::kGood:
    case Verdict::kRevoked:
    case Verdict::kUnknown:
      return std::string(Describe(verdict).label);
    default:
      return kRefused;
  }
}

const std::map<std::string, Divergence>& Divergences() {
  static const std::map<std::string, Divergence> divergences = {
      {"Algorithm/algorithm_with_parameters", {kGood, kNoParameters}},
      {"Algorithm/rsa_md5", {kGood, kMd5}},
      {"Algorithm/rsa_pss_md5", {kGood, kMd5}},
      {"CostlySigner/two_relative_points", {kGood, kNoBound}},
      {"Delegated/whose_certificate_is_signed_with_md5", {kGood, kMd5}},
      {"Extensions/critical_extension_of_the_response", {kGood, kNoCritical}},
      {"Extensions/critical_extension_of_the_single_response", {kGood, kNoCritical}},
      {"Form/boolean_not_der", {kGood, kBer}},
      {"Form/length_longer_than_needed", {kGood, kBer}},
      {"Form/produced_at_no_time", {kGood, kNoProducedAt}},
      {"Form/revoked_at_no_time", {kRevoked, kNoRevokedAt}},
      {"Form/this_update_without_seconds", {kGood, kLaxTimes}},
      {"Form/trailing_octet_inside", {kGood, kFirstElement}},
      {"Form/trailing_octet_outside", {kGood, kFirstElement}},
      {"Form/two_responses_in_a_row", {kGood, kFirstElement}},
      {"Form/version_2", {kGood, kAnyVersion}},
      {"Form/version_of_four_octets", {kGood, kAnyVersion}},
      {"MaxAge/exactly_that_old", {kRefused, kNeverEqual}},
      {"NextUpdate/absent_and_required", {kGood, kNoPolicy}},
      {"NextUpdate/past_by_the_skew", {kRefused, kNeverEqual}},
      {"ProducedAt/a_revoked_answer_out_of_range_is_not_told_as_revoked",
       {kRevoked, kNoProducedAt}},
      {"ProducedAt/a_second_beyond_the_skew", {kGood, kNoProducedAt}},
      {"ProducedAt/after_the_certificate_a_second_beyond_the_skew", {kGood, kNoProducedAt}},
      {"ProducedAt/before_the_certificate_a_second_beyond_the_skew", {kGood, kNoProducedAt}},
      {"ResponseStatus/status_of_five_octets_that_end_in_zeros", {kGood, kShortStatus}},
      {"SeveralCandidates/an_unauthorized_twin_first", {kRefused, kFirstName}},
      {"SeveralCandidates/another_of_its_name_first", {kRefused, kFirstName}},
      {"SeveralCandidates/its_own_expired_certificate_first", {kRefused, kFirstName}},
      {"SeveralCandidates/seven_others_of_its_name_first", {kRefused, kFirstName}},
      {"SignerCurrent/ends_now", {kRefused, kNeverEqual}},
      {"Status/good_then_revoked", {kGood, kFirstAnswer}},
      {"Status/good_then_unknown", {kGood, kFirstAnswer}},
      {"Status/stale_good_and_fresh_good", {kRefused, kFirstAnswer}},
      {"Status/stale_good_and_fresh_revoked", {kRefused, kFirstAnswer}},
      {"Status/unknown_and_revoked_and_good", {kGood, kFirstAnswer}},
  };
  return divergences;
}

}  // namespace

const ThirdParty& OpensslProgram() {
  static const ThirdParty party = {
      .name = "openssl ocsp", .ask = Ask, .agreeing = Agreeing, .divergences = Divergences()};
  return party;
}

}  // namespace stapling::testing
