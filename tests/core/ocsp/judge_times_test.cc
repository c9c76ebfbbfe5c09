// Both edges of each time, at the second.
#include <gtest/gtest.h>

#include "tests/core/ocsp/judge_case.h"

namespace stapling::testing {
namespace {

using enum Check;
constexpr auto kGoodStatus = CertificateStatus::kGood;
const std::vector<Check> kWithMaxAge = {kSignerCurrent};
const std::vector<Check> kNoNextUpdate = {kSignerCurrent, kMaxAge, kNextUpdate};

class JudgeTimesTest : public ::testing::TestWithParam<JudgeRow> {};
TEST_P(JudgeTimesTest, GivesTheVerdict) { ExpectRow(GetParam()); }
const auto kName = [](const auto& info) { return info.param.name; };

// thisUpdate and producedAt go together unless a row says otherwise.
std::function<void(JudgeCase&)> ThisUpdate(std::chrono::sys_seconds instant) {
  return [instant](JudgeCase& c) { c.answer().this_update = instant; };
}
std::function<void(JudgeCase&)> NextUpdate(std::chrono::sys_seconds instant) {
  return [instant](JudgeCase& c) { c.answer().next_update = instant; };
}
std::function<void(JudgeCase&)> ProducedAt(std::chrono::sys_seconds instant) {
  return [instant](JudgeCase& c) { c.spec.produced_at = instant; };
}

INSTANTIATE_TEST_SUITE_P(ThisUpdate, JudgeTimesTest,
                         ::testing::Values(JudgeRow{.name = "now",
                                                    .change = ThisUpdate(kNow),
                                                    .verdict = Verdict::kGood,
                                                    .status = kGoodStatus},
                                           JudgeRow{.name = "ahead_by_the_skew",
                                                    .change = ThisUpdate(kNow + kSkew),
                                                    .verdict = Verdict::kGood,
                                                    .status = kGoodStatus},
                                           JudgeRow{.name = "a_second_beyond_the_skew",
                                                    .change = ThisUpdate(kNow + kSkew + 1s),
                                                    .verdict = Verdict::kNotYetValid,
                                                    .failed = {kThisUpdate},
                                                    .status = kGoodStatus},
                                           JudgeRow{.name = "a_second_ahead_without_skew",
                                                    .change =
                                                        [](auto& c) {
                                                          c.answer().this_update = kNow + 1s;
                                                          c.policy.clock_skew = 0s;
                                                        },
                                                    .verdict = Verdict::kNotYetValid,
                                                    .failed = {kThisUpdate},
                                                    .status = kGoodStatus},
                                           JudgeRow{.name = "now_without_skew",
                                                    .change =
                                                        [](auto& c) {
                                                          c.answer().this_update = kNow;
                                                          c.policy.clock_skew = 0s;
                                                        },
                                                    .verdict = Verdict::kGood,
                                                    .status = kGoodStatus},
                                           JudgeRow{.name = "year_0000",
                                                    .change =
                                                        [](auto& c) {
                                                          c.answer().this_update_text =
                                                              "00000101000000Z";
                                                        },
                                                    .verdict = Verdict::kGood,
                                                    .status = kGoodStatus}),
                         kName);

INSTANTIATE_TEST_SUITE_P(
    NextUpdate, JudgeTimesTest,
    ::testing::Values(JudgeRow{.name = "now",
                               .change = NextUpdate(kNow),
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "past_by_the_skew",
                               .change = NextUpdate(kNow - kSkew),
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "a_second_beyond_the_skew",
                               .change = NextUpdate(kNow - kSkew - 1s),
                               .verdict = Verdict::kExpired,
                               .failed = {kNextUpdate},
                               .status = kGoodStatus},
                      JudgeRow{.name = "a_second_past_without_skew",
                               .change =
                                   [](auto& c) {
                                     c.answer().next_update = kNow - 1s;
                                     c.policy.clock_skew = 0s;
                                   },
                               .verdict = Verdict::kExpired,
                               .failed = {kNextUpdate},
                               .status = kGoodStatus},
                      JudgeRow{.name = "equal_to_this_update",
                               .change =
                                   [](auto& c) {
                                     c.answer().this_update = kNow;
                                     c.answer().next_update = kNow;
                                   },
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "a_second_before_this_update",
                               .change =
                                   [](auto& c) {
                                     c.answer().this_update = kNow;
                                     c.answer().next_update = kNow - 1s;
                                   },
                               .verdict = Verdict::kExpired,
                               .failed = {kNextUpdate},
                               .status = kGoodStatus},
                      JudgeRow{.name = "year_9999",
                               .change =
                                   [](auto& c) { c.answer().next_update_text = "99991231235959Z"; },
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "absent",
                               .change = [](auto& c) { c.answer().next_update.reset(); },
                               .verdict = Verdict::kGood,
                               .not_evaluated = kNoNextUpdate,
                               .status = kGoodStatus},
                      JudgeRow{.name = "absent_and_required",
                               .change =
                                   [](auto& c) {
                                     c.answer().next_update.reset();
                                     c.policy.require_next_update = true;
                                   },
                               .verdict = Verdict::kNoNextUpdate,
                               .failed = {kNextUpdate},
                               .status = kGoodStatus},
                      JudgeRow{.name = "present_and_required",
                               .change = [](auto& c) { c.policy.require_next_update = true; },
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "past_and_required",
                               .change =
                                   [](auto& c) {
                                     c.answer().next_update = kNow - kSkew - 1s;
                                     c.policy.require_next_update = true;
                                   },
                               .verdict = Verdict::kExpired,
                               .failed = {kNextUpdate},
                               .status = kGoodStatus}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    MaxAge, JudgeTimesTest,
    ::testing::Values(JudgeRow{.name = "exactly_that_old",
                               .change = [](auto& c) { c.policy.max_age = 1h; },
                               .verdict = Verdict::kGood,
                               .not_evaluated = kWithMaxAge,
                               .status = kGoodStatus},
                      JudgeRow{.name = "a_second_older",
                               .change = [](auto& c) { c.policy.max_age = 3599s; },
                               .verdict = Verdict::kTooOld,
                               .failed = {kMaxAge},
                               .not_evaluated = kWithMaxAge,
                               .status = kGoodStatus},
                      JudgeRow{.name = "without_next_update_a_second_older",
                               .change =
                                   [](auto& c) {
                                     c.answer().next_update.reset();
                                     c.policy.max_age = 3599s;
                                   },
                               .verdict = Verdict::kTooOld,
                               .failed = {kMaxAge},
                               .not_evaluated = {kSignerCurrent, kNextUpdate},
                               .status = kGoodStatus},
                      JudgeRow{.name = "a_second_older_and_no_next_update_though_required",
                               .change =
                                   [](auto& c) {
                                     c.answer().next_update.reset();
                                     c.policy.max_age = 3599s;
                                     c.policy.require_next_update = true;
                                   },
                               .verdict = Verdict::kTooOld,
                               .failed = {kMaxAge, kNextUpdate},
                               .not_evaluated = kWithMaxAge,
                               .status = kGoodStatus},
                      JudgeRow{.name = "expired_comes_before_too_old",
                               .change =
                                   [](auto& c) {
                                     c.answer().next_update = kNow - kSkew - 1s;
                                     c.policy.max_age = 1s;
                                   },
                               .verdict = Verdict::kExpired,
                               .failed = {kNextUpdate, kMaxAge},
                               .not_evaluated = kWithMaxAge,
                               .status = kGoodStatus},
                      JudgeRow{.name = "an_old_revoked_one_does_not_count_beside_a_young_good_one",
                               .change =
                                   [](auto& c) {
                                     SingleResponseSpec other = c.answer();
                                     other.status = CertStatus::kRevoked;
                                     other.revoked_at = kNow - 48h;
                                     other.this_update = kNow - 24h;
                                     c.spec.responses.push_back(other);
                                     c.policy.max_age = 2h;
                                   },
                               .verdict = Verdict::kGood,
                               .not_evaluated = kWithMaxAge,
                               .status = kGoodStatus}),
    kName);

// The leaf is valid from kNow - 30 days to kNow + 60 days.
INSTANTIATE_TEST_SUITE_P(
    ProducedAt, JudgeTimesTest,
    ::testing::Values(JudgeRow{.name = "ahead_by_the_skew",
                               .change = ProducedAt(kNow + kSkew),
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "a_second_beyond_the_skew",
                               .change = ProducedAt(kNow + kSkew + 1s),
                               .verdict = Verdict::kProducedAtOutOfRange,
                               .failed = {kProducedAt},
                               .status = kGoodStatus},
                      JudgeRow{.name = "before_the_certificate_by_the_skew",
                               .change = ProducedAt(kNow - 30 * 24h - kSkew),
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "before_the_certificate_a_second_beyond_the_skew",
                               .change = ProducedAt(kNow - 30 * 24h - kSkew - 1s),
                               .verdict = Verdict::kProducedAtOutOfRange,
                               .failed = {kProducedAt},
                               .status = kGoodStatus},
                      JudgeRow{.name = "after_the_certificate_by_the_skew",
                               .change =
                                   [](auto& c) {
                                     c.now = kNow + 61 * 24h;
                                     c.spec.produced_at = kNow + 60 * 24h + kSkew;
                                     c.answer().next_update = c.now;
                                   },
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "after_the_certificate_a_second_beyond_the_skew",
                               .change =
                                   [](auto& c) {
                                     c.now = kNow + 61 * 24h;
                                     c.spec.produced_at = kNow + 60 * 24h + kSkew + 1s;
                                     c.answer().next_update = c.now;
                                   },
                               .verdict = Verdict::kProducedAtOutOfRange,
                               .failed = {kProducedAt},
                               .status = kGoodStatus},
                      JudgeRow{.name = "a_revoked_answer_out_of_range_is_not_told_as_revoked",
                               .change =
                                   [](auto& c) {
                                     c.answer().status = CertStatus::kRevoked;
                                     c.answer().revoked_at = kNow - 2h;
                                     c.spec.produced_at = kNow + kSkew + 1s;
                                   },
                               .verdict = Verdict::kProducedAtOutOfRange,
                               .failed = {kProducedAt},
                               .status = CertificateStatus::kRevoked}),
    kName);

TEST(JudgeExpiry, WithoutNextUpdateItIsThisUpdateAndMaxAge) {
  JudgeCase input;
  input.answer().next_update.reset();
  EXPECT_FALSE(input.Judged().effective_expiry);
  input.policy.max_age = 48h;
  EXPECT_EQ(input.Judged().effective_expiry, kNow - 1h + 48h);
}

TEST(JudgeExpiry, NextUpdateBeatsMaxAge) {
  JudgeCase input;
  input.policy.max_age = 48h;
  EXPECT_EQ(input.Judged().effective_expiry, kNow - 1h + 7 * 24h);
}

TEST(JudgeExpiry, ADelegatedSignersEndComesFirstIfItIsEarlier) {
  JudgeCase input;
  SignBy(input, {.subject = "OCSP Signer",
                 .issuer = &Pki().intermediate,
                 .now = kNow,
                 .not_after = kNow + 24h,
                 .ocsp_signing_eku = true});
  EXPECT_EQ(input.Judged().effective_expiry, kNow + 24h);
  EXPECT_EQ(input.Judged().signer_not_after, kNow + 24h);
}

}  // namespace
}  // namespace stapling::testing
