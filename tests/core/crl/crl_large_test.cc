// A list of a million entries, about 50 MB: what it costs in time and memory.
//
// Times are compared with one SHA-256 over the same octets, in the same run; an unoptimised build
// is given more, an instrumented one a shorter list and more still. Memory is the process's peak
// above what it held before, where nothing else counts it.
#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "core/x509/openssl_ptr.h"
#include "tests/core/crl/crl_case.h"
#include "tests/support/process_usage.h"
#include "tests/support/signing.h"

namespace stapling::testing {
namespace {

constexpr double kMega = 1e6;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kEntries = 20'000;
constexpr bool kMeasuresMemory = false;
constexpr double kMostTime = 2000;
#elif defined(__OPTIMIZE__)
constexpr std::size_t kEntries = 1'000'000;
constexpr bool kMeasuresMemory = true;
constexpr double kMostTime = 25;
#else
constexpr std::size_t kEntries = 1'000'000;
constexpr bool kMeasuresMemory = true;
constexpr double kMostTime = 150;
#endif

// From here on the peak is what is used now.
std::size_t StartMeasuringMemory() {
  malloc_trim(0);
  ForgetPeak(getpid());
  return UsageOf(getpid()).resident_bytes;
}

Bytes LargeList(const CrlCase& input, std::size_t entries) {
  CrlSpec spec = input.spec;
  spec.revoked = ManyEntries(entries, input.certificate.SerialContent());
  return BuildCrl(spec);
}

// Of so many some share their hash with an entry.
void ExpectStrangersAbsent(const Crl& crl) {
  constexpr std::size_t kSerials = 100'000;
  constexpr std::size_t kOctets = 16;
  Bytes noise = Noise(kSerials * kOctets, 2);
  const std::unique_ptr<ASN1_INTEGER, OpensslDeleter<ASN1_INTEGER_free>> serial(ASN1_INTEGER_new());
  std::size_t found = 0;
  for (std::size_t i = 0; i < kSerials; ++i) {
    noise[i * kOctets] = 0x7f;
    ASN1_STRING_set(serial.get(), &noise[i * kOctets], kOctets);
    if (crl.Find(serial.get())) ++found;
  }
  EXPECT_EQ(found, 0U);
}

TEST(LargeCrl, CostsLittleMoreThanItsOctets) {
  CrlCase input;
  const Bytes octets = LargeList(input, kEntries);
  const auto size = static_cast<double>(octets.size());
  const double hash = SecondsOf([&] { Digest("SHA256", octets); });

  const std::size_t before = StartMeasuringMemory();
  std::shared_ptr<const Crl> crl;
  const double decode = SecondsOf([&] { crl = Crl::Decode(octets); });
  ASSERT_NE(crl, nullptr);
  EXPECT_EQ(crl->entry_count(), kEntries);
  CrlJudgement judged;
  const auto judge = [&] {
    judged = JudgeCrl({.crl = crl.get(),
                       .certificate = input.certificate.x509(),
                       .issuer = input.issuer->x509(),
                       .now = kNow,
                       .clock_skew = 5min});
  };
  const double first = SecondsOf(judge);
  EXPECT_EQ(judged.verdict, CrlVerdict::kRevoked);
  const double second = SecondsOf(judge);
  EXPECT_EQ(judged.verdict, CrlVerdict::kRevoked);
  const double peak =
      static_cast<double>(UsageOf(getpid()).peak_bytes) - static_cast<double>(before);

  std::printf(
      "%zu entries, %.1f MB: SHA-256 %.0f ms, decode %.0f ms, first judgement %.0f ms, "
      "second %.3f ms; held %.1f MB, peak %.1f MB\n",
      kEntries, size / kMega, hash * 1e3, decode * 1e3, first * 1e3, second * 1e3,
      static_cast<double>(crl->memory_bytes()) / kMega, peak / kMega);
  EXPECT_GE(size, 40.0 * kEntries);
  EXPECT_LE(static_cast<double>(crl->memory_bytes()), 1.25 * size);
  EXPECT_LE(decode, kMostTime * hash);
  EXPECT_LE(first, 5 * hash + 0.1);  // hashed once
  EXPECT_LE(second, first / 4);      // and not again
  if (kMeasuresMemory) {
    EXPECT_LE(peak, 2 * size);
  }
  ExpectStrangersAbsent(*crl);
}

// Nobody can make the index slow by choosing serial numbers: here every one is the same.
TEST(LargeCrl, OfOneSerialCostsNoMore) {
  CrlCase input;
  Bytes revoked;
  const Bytes entry = ManyEntries(1, input.certificate.SerialContent());
  for (std::size_t i = 0; i < kEntries / 10; ++i) Append(revoked, entry);
  input.spec.revoked = std::move(revoked);
  const Bytes octets = input.Octets();
  const double hash = SecondsOf([&] { Digest("SHA256", octets); });
  std::shared_ptr<const Crl> crl;
  const double decode = SecondsOf([&] { crl = Crl::Decode(octets); });
  ASSERT_NE(crl, nullptr);
  EXPECT_EQ(crl->entry_count(), kEntries / 10);
  EXPECT_LE(decode, 2 * kMostTime * hash);
}

}  // namespace
}  // namespace stapling::testing
