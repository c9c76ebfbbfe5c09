#include "core/x509/trust_store.h"

#include <gtest/gtest.h>
#include <openssl/ui.h>

#include <cstdlib>

#include "tests/core/fixed_pki.h"
#include "tests/support/pki.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {
namespace {

class TrustStoreTest : public ::testing::Test {
 protected:
  TempDir directory_;
};

TEST_F(TrustStoreTest, HoldsTheCertificatesOfTheFile) {
  const auto store =
      TrustStore::Load(directory_.Write("ca.pem", PemChain({Pki().root, Pki().intermediate})));
  ASSERT_TRUE(store.ok()) << store.error();
  EXPECT_EQ((*store)->size(), 2U);
  EXPECT_NE((*store)->get(), nullptr);
  const auto found = (*store)->FindBySubject(X509_get_subject_name(Pki().root.x509()));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(X509_cmp(found[0].get(), Pki().root.x509()), 0);
  EXPECT_TRUE((*store)->FindBySubject(X509_get_subject_name(Pki().leaf.x509())).empty());
}

TEST_F(TrustStoreTest, FindsAllOfOneName) {
  const auto store = TrustStore::Load(
      directory_.Write("ca.pem", PemChain({Pki().intermediate, Pki().impostor_intermediate})));
  ASSERT_TRUE(store.ok()) << store.error();
  const X509_NAME* name = X509_get_subject_name(Pki().intermediate.x509());
  EXPECT_EQ((*store)->FindBySubject(name).size(), 2U);
}

TEST_F(TrustStoreTest, TakesABundleOfMany) {
  std::string bundle;
  for (int i = 0; i < 150; ++i) {
    bundle += "# CA " + std::to_string(i) + "\n";
    bundle +=
        IssueCertificate({.subject = "CA " + std::to_string(i), .now = kNow, .is_ca = true}).Pem();
  }
  const auto store = TrustStore::Load(directory_.Write("bundle.pem", bundle));
  ASSERT_TRUE(store.ok()) << store.error();
  EXPECT_EQ((*store)->size(), 150U);
}

TEST_F(TrustStoreTest, TakesWindowsLinesAndARepeatedCertificate) {
  std::string pem = Pki().root.Pem();
  for (std::size_t at = 0; (at = pem.find('\n', at)) != std::string::npos; at += 2) {
    pem.insert(at, "\r");
  }
  const auto store = TrustStore::Load(directory_.Write("ca.pem", pem + pem));
  ASSERT_TRUE(store.ok()) << store.error();
  EXPECT_EQ((*store)->FindBySubject(X509_get_subject_name(Pki().root.x509())).size(), 1U);
}

TEST_F(TrustStoreTest, AMissingFileIsNamed) {
  const std::string path = directory_.Path("none.pem");
  const auto store = TrustStore::Load(path);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error(), "cannot read CA file \"" + path + "\": No such file or directory");
}

TEST_F(TrustStoreTest, ADirectoryIsNoFile) {
  const auto store = TrustStore::Load(directory_.path().string());
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error(),
            "cannot read CA file \"" + directory_.path().string() + "\": it is a directory");
}

TEST_F(TrustStoreTest, TextIsNoCertificate) {
  const std::string path = directory_.Write("ca.pem", "my CA\n");
  const auto store = TrustStore::Load(path);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error(), "CA file \"" + path + "\" holds no PEM certificate");
}

TEST_F(TrustStoreTest, DerIsNoPem) {
  const std::string path = directory_.Write("ca.der", ToString(Pki().root.Der()));
  const auto store = TrustStore::Load(path);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error(), "CA file \"" + path + "\" holds no PEM certificate");
}

TEST_F(TrustStoreTest, AKeyAloneIsNoCertificate) {
  const std::string path = directory_.Write("ca.pem", Pki().root.KeyPem());
  const auto store = TrustStore::Load(path);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error(), "CA file \"" + path + "\" holds no PEM certificate");
}

TEST_F(TrustStoreTest, AnEmptyFileHoldsNone) {
  const std::string path = directory_.Write("ca.pem", "");
  const auto store = TrustStore::Load(path);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error(), "CA file \"" + path + "\" holds no PEM certificate");
}

TEST_F(TrustStoreTest, AFileThatBreaksOffIsRefused) {
  std::string pem = PemChain({Pki().root, Pki().intermediate});
  pem.resize(pem.size() - 100);
  const std::string path = directory_.Write("ca.pem", pem);
  const auto store = TrustStore::Load(path);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error(), "CA file \"" + path + "\" breaks off or is damaged after certificate 1");
}

TEST_F(TrustStoreTest, ADamagedCertificateIsRefused) {
  std::string pem = Pki().root.Pem();
  pem[pem.size() / 2] = '!';
  const std::string path = directory_.Write("ca.pem", pem);
  const auto store = TrustStore::Load(path);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error(), "CA file \"" + path + "\" breaks off or is damaged after certificate 0");
}

// OpenSSL's own way to ask, but for noting that it was asked.
class Asked {
 public:
  Asked() {
    asked_ = false;
    UI_method_set_opener(method_, [](UI*) {
      asked_ = true;
      return 0;
    });
    UI_set_default_method(method_);
  }
  ~Asked() {
    UI_set_default_method(before_);
    UI_destroy_method(method_);
  }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;
  explicit operator bool() const { return asked_; }

 private:
  static inline bool asked_ = false;
  const UI_METHOD* const before_ = UI_get_default_method();
  UI_METHOD* const method_ = UI_create_method("test");
};

TEST_F(TrustStoreTest, AsksNobodyForAPassphrase) {
  const std::string path =
      directory_.Write("ca.pem",
                       "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
                       "DEK-Info: AES-256-CBC,000102030405060708090A0B0C0D0E0F\n\n"
                       "AAECAwQFBgcICQoLDA0ODw==\n-----END CERTIFICATE-----\n");
  const Asked asked;
  const auto store = TrustStore::Load(path);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error(), "CA file \"" + path + "\" breaks off or is damaged after certificate 0");
  EXPECT_FALSE(asked);
}

// The system's store, by the variable that OpenSSL reads.
class SystemTrustStoreTest : public TrustStoreTest {
 protected:
  SystemTrustStoreTest() {
    if (const char* value = std::getenv(kVariable)) before_ = value;
  }
  ~SystemTrustStoreTest() override {
    if (before_) {
      setenv(kVariable, before_->c_str(), 1);
    } else {
      unsetenv(kVariable);
    }
  }
  SystemTrustStoreTest(const SystemTrustStoreTest&) = delete;
  SystemTrustStoreTest& operator=(const SystemTrustStoreTest&) = delete;

  static constexpr const char* kVariable = "SSL_CERT_FILE";
  std::optional<std::string> before_;
};

TEST_F(SystemTrustStoreTest, IsTheFileThatTheEnvironmentNames) {
  const std::string path = directory_.Write("system.pem", Pki().root.Pem());
  setenv(kVariable, path.c_str(), 1);
  EXPECT_EQ(TrustStore::PathOf(""), path);
  const auto store = TrustStore::Load("");
  ASSERT_TRUE(store.ok()) << store.error();
  EXPECT_EQ((*store)->size(), 1U);
}

TEST_F(SystemTrustStoreTest, MayBeAbsentAndIsThenEmpty) {
  setenv(kVariable, directory_.Path("none.pem").c_str(), 1);
  const auto store = TrustStore::Load("");
  ASSERT_TRUE(store.ok()) << store.error();
  EXPECT_EQ((*store)->size(), 0U);
  EXPECT_TRUE((*store)->FindBySubject(X509_get_subject_name(Pki().root.x509())).empty());
}

TEST_F(SystemTrustStoreTest, ADamagedOneIsRefused) {
  const std::string path = directory_.Write("system.pem", "not PEM");
  setenv(kVariable, path.c_str(), 1);
  const auto store = TrustStore::Load("");
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error(), "CA file \"" + path + "\" holds no PEM certificate");
}

TEST_F(SystemTrustStoreTest, ANamedFileBeatsIt) {
  setenv(kVariable, "/nonexistent", 1);
  EXPECT_EQ(TrustStore::PathOf("ca.pem"), "ca.pem");
}

TEST_F(SystemTrustStoreTest, HasADefaultWithoutTheVariable) {
  unsetenv(kVariable);
  EXPECT_FALSE(TrustStore::PathOf("").empty());
  const auto store = TrustStore::Load("");
  EXPECT_TRUE(store.ok()) << store.error();
}

}  // namespace
}  // namespace stapling::testing
