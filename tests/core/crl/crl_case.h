// What every table about the judge of CRLs shares: a case that starts from a good list and changes
// one thing, and a second opinion by OpenSSL.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "core/crl/judge_crl.h"
#include "tests/core/fixed_pki.h"
#include "tests/support/crl.h"
#include "tests/support/standard_pki.h"

namespace stapling::testing {

using namespace std::chrono_literals;

// The input of one judgement. At kNow GoodCrl() says: thisUpdate 11:00:00Z, nextUpdate
// 2026-03-08T11:00:00Z. `spec` is what is built unless `octets` are given.
struct CrlCase {
  CrlSpec spec = GoodCrl(Pki().intermediate, kNow);
  std::optional<Bytes> octets;
  Certificate certificate = Pki().leaf;
  std::optional<Certificate> issuer = Pki().intermediate;
  std::optional<DistributionPoint> point;
  std::chrono::sys_seconds now = kNow;
  std::chrono::seconds clock_skew = 5min;
  std::vector<Certificate> kept;  // certificates that the spec points to

  // Keeps `certificate` alive for the spec and hands out its address.
  const Certificate* Keep(const Certificate& certificate_to_keep);
  // Another issuer, a leaf by it, and its good list.
  void IssueBy(const CertificateSpec& issuer_spec);
  // An entry for the certificate, two hours old.
  CrlEntrySpec& Revoke(std::optional<int> reason = {});
  // The point of the one URL, as the certificate would have it.
  void FetchedFrom(const std::string& url);

  [[nodiscard]] Bytes Octets() const { return octets ? *octets : BuildCrl(spec); }
  [[nodiscard]] CrlJudgement Judged() const;
};

struct CrlRow {
  std::string name;
  std::function<void(CrlCase&)> change;
  CrlVerdict verdict;
  std::optional<bool> revoked = {};
};

inline std::ostream& operator<<(std::ostream& out, const CrlRow& row) { return out << row.name; }

// Asserts everything that the row says, that `valid` follows from it, and that nothing is told of a
// list whose signature OpenSSL does not verify, nor other than what OpenSSL finds in it.
void ExpectRow(const CrlRow& row);

}  // namespace stapling::testing
