#include "exporter/web/go_names.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <string>

#include "core/x509/openssl_ptr.h"

namespace stapling::exporter {
namespace {

// OpenSSL knows the standard names, which Go's are, beside its own.
TEST(GoNames, EveryCipherSuiteIsWhatOpensslCallsByTheStandardName) {
  for (const GoName& suite : GoCipherSuites()) {
    const SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_security_level(context.get(), 0);
    ASSERT_EQ(SSL_CTX_set_cipher_list(context.get(), suite.openssl), 1) << suite.openssl;
    bool found = false;
    const STACK_OF(SSL_CIPHER)* ciphers = SSL_CTX_get_ciphers(context.get());
    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
      found |= SSL_CIPHER_standard_name(sk_SSL_CIPHER_value(ciphers, i)) == suite.go;
    }
    EXPECT_TRUE(found) << suite.go;
  }
}

TEST(GoNames, EveryCurveIsOneOfOpenssl) {
  const SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
  for (const GoName& curve : GoCurves()) {
    EXPECT_EQ(SSL_CTX_set1_groups_list(context.get(), curve.openssl), 1) << curve.go;
  }
}

TEST(GoNames, Versions) {
  std::string text;
  for (const GoTlsVersion& version : GoTlsVersions()) {
    text += std::string(version.go) + "=" + std::to_string(version.openssl) + " ";
  }
  EXPECT_EQ(text, "TLS10=769 TLS11=770 TLS12=771 TLS13=772 ");
}

TEST(GoNames, ClientAuth) {
  EXPECT_EQ(ParseClientAuth("NoClientCert"), ClientAuth::kNone);
  EXPECT_EQ(ParseClientAuth("RequestClientCert"), ClientAuth::kRequest);
  EXPECT_EQ(ParseClientAuth("RequireAnyClientCert"), ClientAuth::kRequireAny);
  EXPECT_EQ(ParseClientAuth("RequireClientCert"), ClientAuth::kRequireAny);
  EXPECT_EQ(ParseClientAuth("VerifyClientCertIfGiven"), ClientAuth::kVerifyIfGiven);
  EXPECT_EQ(ParseClientAuth("RequireAndVerifyClientCert"), ClientAuth::kRequireAndVerify);
  EXPECT_EQ(ParseClientAuth("noclientcert"), std::nullopt);
  EXPECT_EQ(ParseClientAuth(""), std::nullopt);
}

}  // namespace
}  // namespace stapling::exporter
