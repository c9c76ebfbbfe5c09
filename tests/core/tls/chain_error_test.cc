#include "core/tls/chain_error.h"

#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

#include <ostream>

#include "tests/core/label_table.h"

namespace stapling::testing {
namespace {

TEST(ChainErrorTableTest, WordsAreTheDocumentedOnes) {
  EXPECT_EQ(
      LabelsOf(ChainErrors()),
      (std::vector<std::string>{"expired", "not_yet_valid", "self_signed", "untrusted_root",
                                "missing_intermediate", "bad_signature", "wrong_purpose",
                                "path_length", "name_constraint", "weak_key", "revoked", "other"}));
  ExpectUniqueSnakeCase(LabelsOf(ChainErrors()));
  for (std::size_t i = 0; i < ChainErrors().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(ChainErrors()[i].error), i);
    EXPECT_EQ(&Describe(ChainErrors()[i].error), &ChainErrors()[i]);
    ExpectSentence(ChainErrors()[i].sentence);
  }
}

const auto kName = [](const auto& info) { return info.param.name; };

struct Row {
  std::string name;
  int x509_error;
  std::string label;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class ChainErrorOfTest : public ::testing::TestWithParam<Row> {};
TEST_P(ChainErrorOfTest, IsTheWordForIt) {
  EXPECT_EQ(Describe(ChainErrorOf(GetParam().x509_error)).label, GetParam().label);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ChainErrorOfTest,
    ::testing::Values(
        Row{"expired", X509_V_ERR_CERT_HAS_EXPIRED, "expired"},
        Row{"not_yet_valid", X509_V_ERR_CERT_NOT_YET_VALID, "not_yet_valid"},
        Row{"self_signed_leaf", X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "self_signed"},
        Row{"self_signed_in_chain", X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "untrusted_root"},
        Row{"no_issuer_locally", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            "missing_intermediate"},
        Row{"no_issuer", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "missing_intermediate"},
        Row{"leaf_signature", X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "missing_intermediate"},
        Row{"bad_signature", X509_V_ERR_CERT_SIGNATURE_FAILURE, "bad_signature"},
        Row{"wrong_purpose", X509_V_ERR_INVALID_PURPOSE, "wrong_purpose"},
        Row{"not_a_ca", X509_V_ERR_INVALID_CA, "wrong_purpose"},
        Row{"no_cert_sign", X509_V_ERR_KEYUSAGE_NO_CERTSIGN, "wrong_purpose"},
        Row{"path_length", X509_V_ERR_PATH_LENGTH_EXCEEDED, "path_length"},
        Row{"chain_too_long", X509_V_ERR_CERT_CHAIN_TOO_LONG, "path_length"},
        Row{"name_not_permitted", X509_V_ERR_PERMITTED_VIOLATION, "name_constraint"},
        Row{"name_excluded", X509_V_ERR_EXCLUDED_VIOLATION, "name_constraint"},
        Row{"small_leaf_key", X509_V_ERR_EE_KEY_TOO_SMALL, "weak_key"},
        Row{"small_ca_key", X509_V_ERR_CA_KEY_TOO_SMALL, "weak_key"},
        Row{"weak_digest", X509_V_ERR_CA_MD_TOO_WEAK, "weak_key"},
        Row{"revoked", X509_V_ERR_CERT_REVOKED, "revoked"},
        Row{"malformed_date", X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, "other"},
        Row{"critical_extension", X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, "other"},
        Row{"a_number_of_the_future", 9999, "other"}),
    kName);

}  // namespace
}  // namespace stapling::testing
