// Thousands of answers that all bear the certificate's serial, whose issuer has a long name: what
// judging them costs.
//
// Times are compared with those of an issuer with a short name, in the same run.
#include <gtest/gtest.h>

#include <cstdio>
#include <ostream>
#include <string>
#include <vector>

#include "tests/core/ocsp/judge_case.h"
#include "tests/support/process_usage.h"
#include "tests/support/signing.h"

namespace stapling::testing {
namespace {

constexpr std::size_t kAnswers = 3000;
constexpr std::size_t kLongName = std::size_t{400} * 1024;
constexpr std::size_t kShortName = 10;

struct WrongAnswer {
  const char* hash;
  std::size_t size;  // of the digest
};
constexpr WrongAnswer kSha1{"SHA1", 20};
constexpr WrongAnswer kSha256{"SHA256", 32};
constexpr WrongAnswer kSha512{"SHA512", 64};

struct Row {
  const char* name;
  std::vector<WrongAnswer> wrong;  // in turn
  bool right_name = false;         // wrong in the key alone
  std::string right_hash = "SHA1";
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

// A leaf by a CA whose name has so many octets, and the good answer about it.
JudgeCase Named(std::size_t octets) {
  JudgeCase input;
  const Certificate* issuer =
      input.Keep(IssueCertificate({.subject = "CA",
                                   .subject_attributes = {{.value = std::string(octets, 'a')}},
                                   .now = kNow,
                                   .is_ca = true}));
  input.issuer = *issuer;
  const Certificate* leaf =
      input.Keep(IssueCertificate({.subject = "leaf.test", .issuer = issuer, .now = kNow}));
  input.certificate = *leaf;
  input.spec = GoodResponse(*leaf, *issuer, kNow);
  input.spec.responder_id.by = ResponderId::By::kKey;
  return input;
}

// The wrong answers say "revoked".
std::vector<SingleResponseSpec> WrongAnswers(const JudgeCase& to, const Row& row) {
  std::vector<SingleResponseSpec> kinds;
  for (const WrongAnswer& wrong : row.wrong) {
    SingleResponseSpec answer = to.spec.responses.front();
    answer.hash_algorithm = DigestAlgorithm(wrong.hash);
    answer.status = CertStatus::kRevoked;
    answer.revoked_at = kNow - 2h;
    answer.issuer_name_hash =
        row.right_name ? Digest(wrong.hash, to.issuer->SubjectDer()) : Bytes(wrong.size, 1);
    answer.issuer_key_hash = Bytes(wrong.size, 1);
    kinds.push_back(answer);
  }
  std::vector<SingleResponseSpec> answers;
  for (std::size_t i = 0; i < kAnswers; ++i) answers.push_back(kinds[i % kinds.size()]);
  return answers;
}

// In seconds. Without the right answer there is none, with it it is found behind all the others.
double TimeToJudge(std::size_t name_octets, const Row& row) {
  JudgeCase input = Named(name_octets);
  SingleResponseSpec right = input.answer();
  right.hash = row.right_hash;
  input.spec.responses = WrongAnswers(input, row);
  input.bytes = input.Response();
  Judgement judged;
  const double seconds = SecondsOf([&] { judged = input.Judged(); });
  EXPECT_EQ(judged.verdict, Verdict::kWrongCertificate);
  input.spec.responses.push_back(right);
  input.bytes = BuildOcspResponse(input.spec);
  const double with_right = SecondsOf([&] { judged = input.Judged(); });
  EXPECT_EQ(judged.verdict, Verdict::kGood);
  return seconds + with_right;
}

class JudgeLargeTest : public ::testing::TestWithParam<Row> {};

TEST_P(JudgeLargeTest, HashesALongNameOnceInEachDigest) {
  const double hash = SecondsOf([] { Digest("SHA512", Bytes(kLongName, 'a')); });
  const double with_short = TimeToJudge(kShortName, GetParam());
  const double with_long = TimeToJudge(kLongName, GetParam());
  std::printf(
      "%zu answers: %.0f ms with a short name, %.0f ms with a long one, hashed in %.2f ms\n",
      kAnswers, with_short * 1e3, with_long * 1e3, hash * 1e3);
  EXPECT_LE(with_long, 2 * with_short + 50 * hash);
}

INSTANTIATE_TEST_SUITE_P(
    All, JudgeLargeTest,
    ::testing::Values(Row{"wrong_name", {kSha1}}, Row{"wrong_key", {kSha1}, true},
                      Row{"another_digest_than_the_right_one", {kSha1}, false, "SHA256"},
                      Row{"digests_in_turn", {kSha1, kSha256, kSha512}, true, "SHA256"},
                      Row{"wrong_lengths", {{"SHA1", 32}, {"SHA256", 20}, {"SHA512", 0}}}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace stapling::testing
