// Ten thousand random changes to good responses, each with a known right answer.
//
// The seed is fixed, so that a failure can be had again; it names its number.
#include <gtest/gtest.h>

#include <random>

#include "tests/core/ocsp/judge_case.h"

namespace stapling::testing {
namespace {

constexpr int kMutations = 10'000;
constexpr std::uint32_t kSeed = 20260301;

using Random = std::mt19937;

std::chrono::seconds Within(Random& random, std::chrono::seconds least, std::chrono::seconds most) {
  return std::chrono::seconds(
      std::uniform_int_distribution<long>(least.count(), most.count())(random));
}

int OneOf(Random& random, int count) {
  return std::uniform_int_distribution<int>(0, count - 1)(random);
}

// Each changes the case and says what is right then.
using Mutation = Verdict (*)(JudgeCase&, Random&);

Verdict MoveThisUpdate(JudgeCase& c, Random& random) {
  c.answer().this_update = kNow + Within(random, -10min, 10min);
  return c.answer().this_update > kNow + kSkew ? Verdict::kNotYetValid : Verdict::kGood;
}

Verdict MoveNextUpdate(JudgeCase& c, Random& random) {
  c.answer().this_update = kNow - 24h;
  c.answer().next_update = kNow + Within(random, -10min, 10min);
  return *c.answer().next_update < kNow - kSkew ? Verdict::kExpired : Verdict::kGood;
}

Verdict TurnTimesRound(JudgeCase& c, Random& random) {
  c.answer().this_update = kNow;
  c.answer().next_update = kNow - Within(random, 1s, 5min);
  return Verdict::kExpired;
}

Verdict MoveProducedAt(JudgeCase& c, Random& random) {
  c.spec.produced_at = kNow + Within(random, -10min, 10min);
  return c.spec.produced_at > kNow + kSkew ? Verdict::kProducedAtOutOfRange : Verdict::kGood;
}

Verdict BoundItsAge(JudgeCase& c, Random& random) {
  c.policy.max_age = Within(random, 55min, 65min);
  return *c.policy.max_age < 1h ? Verdict::kTooOld : Verdict::kGood;
}

Verdict ChangeSerial(JudgeCase& c, Random& random) {
  Bytes serial = Pki().leaf.SerialContent();
  serial[static_cast<std::size_t>(OneOf(random, static_cast<int>(serial.size())))] ^=
      static_cast<std::uint8_t>(1U << static_cast<unsigned>(OneOf(random, 8)));
  c.answer().serial = serial;
  return Verdict::kWrongCertificate;
}

Verdict SwapSigner(JudgeCase& c, Random& random) {
  const Certificate* const strangers[] = {&Pki().root, &Pki().sibling_ca, &Pki().leaf,
                                          &Pki().impostor_intermediate, &Pki().stranger_root};
  c.spec.signer = strangers[OneOf(random, 5)];
  c.spec.responder_id.certificate = &Pki().intermediate;  // claims to be the issuer
  return Verdict::kBadSignature;
}

Verdict SwapSignerAndSaySo(JudgeCase& c, Random& random) {
  const Certificate* const strangers[] = {&Pki().root, &Pki().sibling_ca, &Pki().leaf};
  c.spec.signer = strangers[OneOf(random, 3)];
  c.spec.embedded = {c.spec.signer};
  return Verdict::kUnauthorizedSigner;
}

Verdict RepeatAnswers(JudgeCase& c, Random& random) {
  const SingleResponseSpec answer = c.answer();
  c.spec.responses.clear();
  auto worst = CertStatus::kGood;
  const auto badness = [](CertStatus of) {
    return of == CertStatus::kRevoked ? 2 : of == CertStatus::kUnknown ? 1 : 0;
  };
  for (int i = 0; i <= OneOf(random, 4); ++i) {
    constexpr CertStatus kAll[] = {CertStatus::kGood, CertStatus::kUnknown, CertStatus::kRevoked};
    SingleResponseSpec& added = c.spec.responses.emplace_back(answer);
    added.status = kAll[OneOf(random, 3)];
    added.revoked_at = kNow - 2h;
    if (badness(added.status) > badness(worst)) worst = added.status;
  }
  if (worst == CertStatus::kGood) return Verdict::kGood;
  return worst == CertStatus::kRevoked ? Verdict::kRevoked : Verdict::kUnknown;
}

Verdict DropEverything(JudgeCase& c, Random& /*random*/) {
  c.spec.responses.clear();
  return Verdict::kWrongCertificate;
}

Verdict CutOff(JudgeCase& c, Random& random) {
  Bytes response = c.Response();
  response.resize(static_cast<std::size_t>(OneOf(random, static_cast<int>(response.size()))));
  c.bytes = response;
  return Verdict::kMalformed;
}

Verdict Append(JudgeCase& c, Random& random) {
  const int octets = 1 + OneOf(random, 64);
  c.spec.trailing_outside = Noise(static_cast<std::size_t>(octets));
  return Verdict::kMalformed;
}

Verdict FlipOneBit(JudgeCase& c, Random& random) {
  Bytes response = c.Response();
  response[static_cast<std::size_t>(OneOf(random, static_cast<int>(response.size())))] ^=
      static_cast<std::uint8_t>(1U << static_cast<unsigned>(OneOf(random, 8)));
  c.bytes = response;
  return Verdict::kMissing;  // stands for: anything but good
}

constexpr Mutation kAll[] = {MoveThisUpdate, MoveNextUpdate, TurnTimesRound, MoveProducedAt,
                             BoundItsAge,    ChangeSerial,   SwapSigner,     SwapSignerAndSaySo,
                             RepeatAnswers,  DropEverything, CutOff,         Append,
                             FlipOneBit};

TEST(JudgeMutations, EachHasTheAnswerThatIsRight) {
  Random random(kSeed);  // NOLINT(cert-msc51-cpp): the same every time, on purpose
  for (int number = 0; number < kMutations; ++number) {
    JudgeCase input;
    if (OneOf(random, 2) == 0) {
      input.spec.responder_id.by = ResponderId::By::kKey;
    }
    const Verdict right = kAll[OneOf(random, static_cast<int>(std::size(kAll)))](input, random);
    const Verdict given = input.Judged().verdict;
    if (right == Verdict::kMissing) {
      EXPECT_NE(given, Verdict::kGood) << "mutation " << number;
    } else {
      EXPECT_EQ(Describe(given).label, Describe(right).label) << "mutation " << number;
    }
  }
}

}  // namespace
}  // namespace stapling::testing
