#include "core/tls/openssl_failure.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <ostream>
#include <string>

#include "core/x509/openssl_ptr.h"

namespace stapling::testing {
namespace {

struct ErrorRow {
  const char* name;
  int library;
  int reason;
  std::string expected;
  bool empty_staple = false;
  bool then_no_memory = false;  // as a second error
};
std::ostream& operator<<(std::ostream& out, const ErrorRow& row) { return out << row.name; }

class OpensslFailureTable : public ::testing::TestWithParam<ErrorRow> {};

TEST_P(OpensslFailureTable, HasAReasonThatBlamesWhoIsToBlame) {
  const SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
  const SslPtr ssl(SSL_new(context.get()));
  ASSERT_NE(ssl, nullptr);
  ERR_clear_error();
  ERR_raise(GetParam().library, GetParam().reason);
  if (GetParam().then_no_memory) ERR_raise(ERR_LIB_EVP, ERR_R_MALLOC_FAILURE);
  const Failure failure =
      HandshakeFailure(ssl.get(), -1, 0, {.empty_staple = GetParam().empty_staple});
  EXPECT_EQ(Describe(failure.reason).label, GetParam().expected);
  EXPECT_EQ(ERR_peek_error(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Table, OpensslFailureTable,
    ::testing::Values(
        ErrorRow{"alert", ERR_LIB_SSL, SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, "alert"},
        ErrorRow{"no_memory", ERR_LIB_SSL, ERR_R_MALLOC_FAILURE, "resources"},
        ErrorRow{"no_memory_for_a_key", ERR_LIB_EVP, ERR_R_MALLOC_FAILURE, "resources"},
        ErrorRow{"no_memory_for_nothing", ERR_LIB_SSL, ERR_R_MALLOC_FAILURE, "protocol_error",
                 true},
        ErrorRow{"no_memory_behind_another_name", ERR_LIB_SSL, ERR_R_INTERNAL_ERROR, "resources",
                 false, true},
        ErrorRow{"unnamed_group", ERR_LIB_SSL, SSL_R_DH_KEY_TOO_SMALL, "protocol_error"},
        // Its number is greater than that of every alert.
        ErrorRow{"error_of_the_library", ERR_LIB_SSL, ERR_R_INTERNAL_ERROR, "protocol_error"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::testing
