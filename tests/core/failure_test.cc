#include "core/failure.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/label_table.h"

namespace stapling::testing {
namespace {

// The words are label values: frozen, and in the order of the enums.
TEST(FailureTablesTest, PhasesAreTheDocumentedOnes) {
  EXPECT_EQ(LabelsOf(Phases()),
            (std::vector<std::string>{"resolve", "connect", "proxy", "starttls", "handshake",
                                      "judge", "responder", "crl"}));
}

TEST(FailureTablesTest, ReasonsAreTheDocumentedOnes) {
  EXPECT_EQ(LabelsOf(Reasons()), (std::vector<std::string>{"timeout",
                                                           "refused",
                                                           "unreachable",
                                                           "reset",
                                                           "closed",
                                                           "staple_too_large",
                                                           "chain_too_large",
                                                           "denied",
                                                           "not_found",
                                                           "dns_error",
                                                           "proxy_refused",
                                                           "proxy_auth",
                                                           "starttls_refused",
                                                           "starttls_unsupported",
                                                           "injected_bytes",
                                                           "not_tls",
                                                           "protocol_error",
                                                           "alert",
                                                           "no_shared_version",
                                                           "no_shared_key_type",
                                                           "client_certificate_required",
                                                           "resources",
                                                           "internal",
                                                           "chain_invalid",
                                                           "hostname_mismatch",
                                                           "staple_missing",
                                                           "staple_intermittent",
                                                           "staple_invalid",
                                                           "revoked",
                                                           "unknown",
                                                           "http_status",
                                                           "bad_redirect",
                                                           "body_too_large",
                                                           "bad_url",
                                                           "tls_untrusted"}));
}

TEST(FailureTablesTest, PhasesStandAtTheirOwnPlace) {
  for (std::size_t i = 0; i < Phases().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(Phases()[i].phase), i);
    EXPECT_EQ(&Describe(Phases()[i].phase), &Phases()[i]);
  }
}

TEST(FailureTablesTest, ReasonsStandAtTheirOwnPlace) {
  for (std::size_t i = 0; i < Reasons().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(Reasons()[i].reason), i);
    EXPECT_EQ(&Describe(Reasons()[i].reason), &Reasons()[i]);
  }
}

TEST(FailureTablesTest, LabelsAreUniqueSnakeCaseAndTheRestAreSentences) {
  ExpectUniqueSnakeCase(LabelsOf(Phases()));
  ExpectUniqueSnakeCase(LabelsOf(Reasons()));
  for (const PhaseInfo& info : Phases()) ExpectSentence(info.sentence);
  for (const ReasonInfo& info : Reasons()) {
    ExpectSentence(info.sentence);
    ExpectSentence(info.remedy);
  }
}

}  // namespace
}  // namespace stapling::testing
