#include "core/ocsp/verdict.h"

#include <gtest/gtest.h>

namespace stapling::testing {
namespace {

// CRLReason (RFC 5280 section 5.3.1), whose number 7 is not used.
TEST(RevocationReasonTest, HasTheNameOfItsNumber) {
  constexpr std::pair<long, const char*> kRows[] = {
      {-1, "other"},
      {0, "unspecified"},
      {1, "key_compromise"},
      {2, "ca_compromise"},
      {3, "affiliation_changed"},
      {4, "superseded"},
      {5, "cessation_of_operation"},
      {6, "certificate_hold"},
      {7, "other"},
      {8, "remove_from_crl"},
      {9, "privilege_withdrawn"},
      {10, "aa_compromise"},
      {11, "other"},
  };
  for (const auto& [number, name] : kRows) EXPECT_EQ(RevocationReasonLabel(number), name);
}

// OCSPResponseStatus (RFC 6960 section 4.2.1).
TEST(ResponseStatusTest, HasTheNameOfItsNumber) {
  constexpr std::pair<ResponseStatus, const char*> kRows[] = {
      {ResponseStatus::kSuccessful, "successful"},
      {ResponseStatus::kMalformedRequest, "malformed_request"},
      {ResponseStatus::kInternalError, "internal_error"},
      {ResponseStatus::kTryLater, "try_later"},
      {ResponseStatus::kSigRequired, "sig_required"},
      {ResponseStatus::kUnauthorized, "unauthorized"},
  };
  for (const auto& [status, name] : kRows) EXPECT_EQ(Label(status), name);
}

}  // namespace
}  // namespace stapling::testing
