#include "exporter/web/tls_context.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/support/pki.h"
#include "tests/support/temp_dir.h"

namespace stapling::exporter {
namespace {

using stapling::testing::Certificate;
using stapling::testing::IssueCertificate;
using stapling::testing::TempDir;

struct Pair {
  Certificate certificate = IssueCertificate({.subject = "server.test"});
  Certificate other = IssueCertificate({.subject = "other.test"});
};

const Pair& Keys() {
  static const Pair pair;
  return pair;
}

TlsServerConfig Good() {
  return {.certificate = {.text = Keys().certificate.Pem()},
          .key = {.text = Keys().certificate.KeyPem()}};
}

TEST(TlsContext, IsMadeFromTextAndFromFiles) {
  const auto of_text = MakeTlsContext(Good());
  EXPECT_TRUE(of_text) << of_text.error();
  // Certificate and key in one file, as some keep them; a file counts more than text.
  const TempDir directory;
  const std::string file =
      directory.Write("both.pem", Keys().certificate.KeyPem() + Keys().certificate.Pem());
  const auto of_files =
      MakeTlsContext({.certificate = {.text = "x", .file = file}, .key = {.file = file}});
  EXPECT_TRUE(of_files) << of_files.error();
}

struct Row {
  const char* name;
  std::function<void(TlsServerConfig&)> spoil;
  std::string error;
};

TEST(TlsContext, ABadFileIsNamedAndNotQuoted) {
  const TempDir directory;
  const std::string text = directory.Write("text.pem", "hello");
  const std::string cut = directory.Write("cut.pem", Keys().certificate.Pem().substr(0, 200));
  const Row rows[] = {
      {"missing", [](auto& tls) { tls.certificate.file = "/nowhere.pem"; },
       "cert_file: cannot read the file \"/nowhere.pem\": No such file or directory"},
      {"text", [&](auto& tls) { tls.certificate.file = text; },
       "cert_file \"" + text + "\" holds no PEM certificate"},
      {"cut", [&](auto& tls) { tls.certificate.file = cut; },
       "cert_file \"" + cut + "\" holds a damaged certificate"},
      {"inline_text", [](auto& tls) { tls.certificate.text = "hello"; },
       "cert holds no PEM certificate"},
      {"key_missing", [](auto& tls) { tls.key.file = "/nowhere.key"; },
       "key_file: cannot read the file \"/nowhere.key\": No such file or directory"},
      {"key_is_text", [](auto& tls) { tls.key.text = "secret"; },
       "key holds no private key that can be read without a password"},
      {"key_of_another", [](auto& tls) { tls.key.text = Keys().other.KeyPem(); },
       "key does not belong to cert"},
      {"client_ca_is_text",
       [&](auto& tls) {
         tls.client_auth = ClientAuth::kRequireAndVerify;
         tls.client_ca.file = text;
       },
       "client_ca_file \"" + text + "\" holds no PEM certificate"},
  };
  for (const Row& row : rows) {
    TlsServerConfig config = Good();
    row.spoil(config);
    const auto context = MakeTlsContext(config);
    ASSERT_FALSE(context) << row.name;
    EXPECT_EQ(context.error(), row.error) << row.name;
  }
}

TEST(TlsContext, VersionsAreAsConfigured) {
  TlsServerConfig config = Good();
  config.min_version = TLS1_1_VERSION;
  config.max_version = TLS1_2_VERSION;
  const auto context = MakeTlsContext(config);
  ASSERT_TRUE(context) << context.error();
  EXPECT_EQ(SSL_CTX_get_min_proto_version(context->get()), TLS1_1_VERSION);
  EXPECT_EQ(SSL_CTX_get_max_proto_version(context->get()), TLS1_2_VERSION);
}

// There is nothing to serve TLS 1.2 with.
TEST(TlsContext, SuitesOfTls13AloneServeNothingElse) {
  TlsServerConfig config = Good();
  config.cipher_suites_given = true;
  const auto context = MakeTlsContext(config);
  ASSERT_TRUE(context) << context.error();
  EXPECT_EQ(SSL_CTX_get_min_proto_version(context->get()), TLS1_3_VERSION);
}

TEST(TlsContext, NeitherResumesNorRenegotiates) {
  const auto context = MakeTlsContext(Good());
  ASSERT_TRUE(context) << context.error();
  const auto options = SSL_CTX_get_options(context->get());
  EXPECT_NE(options & SSL_OP_NO_TICKET, 0U);
  EXPECT_NE(options & SSL_OP_NO_RENEGOTIATION, 0U);
  EXPECT_NE(options & SSL_OP_CIPHER_SERVER_PREFERENCE, 0U);
  EXPECT_EQ(SSL_CTX_get_num_tickets(context->get()), 0U);
  EXPECT_EQ(SSL_CTX_get_session_cache_mode(context->get()), SSL_SESS_CACHE_OFF);
}

TEST(TlsContext, ACurveThatOpensslDoesNotKnowIsRefused) {
  TlsServerConfig config = Good();
  config.cipher_suites = {"ECDHE-ECDSA-AES128-GCM-SHA256"};
  config.curves = {"no-such-curve"};
  const auto context = MakeTlsContext(config);
  ASSERT_FALSE(context);
  EXPECT_EQ(
      context.error().find("these versions, cipher suites and curves cannot be used together: "),
      0U)
      << context.error();
}

}  // namespace
}  // namespace stapling::exporter
