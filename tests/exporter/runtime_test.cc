#include "exporter/runtime.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/support/pki.h"
#include "tests/support/target_policy_of.h"
#include "tests/support/temp_dir.h"

namespace stapling::exporter {
namespace {

using stapling::testing::Certificate;
using stapling::testing::IssueCertificate;
using stapling::testing::TempDir;
using Names = std::vector<std::string>;

const Certificate& Ca() {
  static const Certificate ca = IssueCertificate({.subject = "Test CA", .is_ca = true});
  return ca;
}

Module ModuleWithCa(std::string name, std::string ca_file) {
  Module module;
  module.name = std::move(name);
  module.tls.ca_file = std::move(ca_file);
  return module;
}

std::shared_ptr<const Runtime> MakeRuntime(Configuration configuration) {
  auto runtime = Runtime::Make(std::move(configuration));
  EXPECT_TRUE(runtime) << runtime.error();
  return runtime ? *runtime : nullptr;
}

TEST(Runtime, FindsModulesByNameAndTheDefaultByNone) {
  const auto runtime = MakeRuntime(BuiltInConfiguration());
  ASSERT_NE(runtime, nullptr);
  EXPECT_EQ(runtime->ModuleNames(),
            (Names{"tls", "staple_required", "smtp_starttls", "imap_starttls", "pop3_starttls",
                   "postgres_starttls", "ldap_starttls", "all_addresses", "tls_gnutls"}));
  EXPECT_EQ(runtime->Find("")->module().name, "tls");
  EXPECT_EQ(runtime->Find("staple_required")->module().name, "staple_required");
  EXPECT_EQ(runtime->Find("TLS"), nullptr);
}

TEST(Runtime, WithoutADefaultNoNameFindsNothing) {
  Configuration configuration = BuiltInConfiguration();
  configuration.default_module.clear();
  EXPECT_EQ(MakeRuntime(configuration)->Find(""), nullptr);
}

TEST(Runtime, NamesModuleAndFileThatCannotBeRead) {
  const TempDir directory;
  const std::string missing = directory.Path("ca.pem");
  const auto runtime = Runtime::Make({.modules = {ModuleWithCa("a", missing)}});
  ASSERT_FALSE(runtime);
  EXPECT_EQ(runtime.error(),
            "module \"a\": cannot read CA file \"" + missing + "\": No such file or directory");
}

TEST(Runtime, RebuildsOnlyWhatDependsOnAChangedFile) {
  const TempDir directory;
  const std::string one = directory.Write("one.pem", Ca().Pem());
  const std::string two = directory.Write("two.pem", Ca().Pem());
  const auto runtime = MakeRuntime({.modules = {ModuleWithCa("a", one), ModuleWithCa("b", two)}});
  const auto rebuilt = runtime->Rebuild({two});
  EXPECT_EQ(rebuilt.modules, Names{"b"});
  EXPECT_TRUE(rebuilt.errors.empty());
  EXPECT_EQ(rebuilt.runtime->Find("a"), runtime->Find("a"));
  EXPECT_NE(rebuilt.runtime->Find("b"), runtime->Find("b"));
}

TEST(Runtime, ABrokenFileLeavesItsModulesAsTheyAre) {
  const TempDir directory;
  const std::string good = directory.Write("good.pem", Ca().Pem());
  const std::string broken = directory.Write("broken.pem", Ca().Pem());
  const auto runtime =
      MakeRuntime({.modules = {ModuleWithCa("a", good), ModuleWithCa("b", broken)}});
  directory.Write("broken.pem", "not a certificate");
  const auto rebuilt = runtime->Rebuild({good, broken});
  EXPECT_EQ(rebuilt.modules, Names{"a"});
  ASSERT_TRUE(rebuilt.errors.contains("b"));
  EXPECT_EQ(rebuilt.errors.at("b"),
            "module \"b\": CA file \"" + broken + "\" holds no PEM certificate");
  EXPECT_EQ(rebuilt.runtime->Find("b"), runtime->Find("b"));
}

TEST(Runtime, EveryProberHasTheTargetPolicyAlsoOnceRebuilt) {
  const TempDir directory;
  const std::string ca = directory.Write("ca.pem", Ca().Pem());
  const TargetPolicy targets = stapling::testing::TargetPolicyOf({"a.test"}, {"10.0.0.0/8"});
  const auto runtime =
      MakeRuntime({.modules = {ModuleWithCa("a", ca), ModuleWithCa("b", "")}, .targets = targets});
  EXPECT_EQ(runtime->Find("a")->policy(), targets);
  EXPECT_EQ(runtime->Find("b")->policy(), targets);
  EXPECT_EQ(runtime->Rebuild({ca}).runtime->Find("a")->policy(), targets);
}

TEST(TlsFilesOf, NamesEveryFileOnce) {
  Module a = ModuleWithCa("a", "/ca.pem");
  a.tls.cert_file = "/cert.pem";
  a.tls.key_file = "/key.pem";
  const Module b = ModuleWithCa("b", "/ca.pem");
  EXPECT_EQ(TlsFilesOf(Configuration{.modules = {a, b}}),
            (Names{"/ca.pem", "/cert.pem", "/key.pem"}));
}

}  // namespace
}  // namespace stapling::exporter
