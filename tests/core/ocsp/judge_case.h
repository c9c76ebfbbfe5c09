// What every table about the judge shares: a PKI, a fixed clock, and a case that starts from a good
// response and changes one thing.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "core/ocsp/judge.h"
#include "tests/core/fixed_pki.h"
#include "tests/support/ocsp_response.h"
#include "tests/support/standard_pki.h"

namespace stapling::testing {

using namespace std::chrono_literals;

// At kNow GoodResponse() says: thisUpdate and producedAt 11:00:00Z, nextUpdate
// 2026-03-08T11:00:00Z.
inline constexpr std::chrono::seconds kSkew = 5min;

// The input of one judgement. `spec` is what is built unless `bytes` are given.
struct JudgeCase {
  OcspResponseSpec spec = GoodResponse(Pki().leaf, Pki().intermediate, kNow);
  std::optional<Bytes> bytes;
  Certificate certificate = Pki().leaf;
  std::optional<Certificate> issuer = Pki().intermediate;
  std::chrono::sys_seconds now = kNow;
  JudgePolicy policy{};
  std::vector<Certificate> kept;  // certificates that the spec points to

  SingleResponseSpec& answer() { return spec.responses.front(); }
  // Keeps `certificate` alive for the spec and hands out its address.
  const Certificate* Keep(const Certificate& certificate_to_keep);

  [[nodiscard]] Bytes Response() const { return bytes ? *bytes : BuildOcspResponse(spec); }
  [[nodiscard]] Judgement Judged() const;
};

// A delegated signer like Pki().ocsp_signer with one thing changed, and its response.
void SignBy(JudgeCase& of, const CertificateSpec& signer);

struct JudgeRow {
  std::string name;
  std::function<void(JudgeCase&)> change;
  Verdict verdict;
  // Exactly these. A response that the issuer signed has no delegated signer; max_age is off.
  std::vector<Check> failed = {};
  std::vector<Check> not_evaluated = {Check::kSignerCurrent, Check::kMaxAge};
  std::optional<CertificateStatus> status = {};
};

inline std::ostream& operator<<(std::ostream& out, const JudgeRow& row) { return out << row.name; }

// Asserts everything that the row says, and that `valid` follows from it.
void ExpectRow(const JudgeRow& row);

}  // namespace stapling::testing
