#include "exporter/check_setup.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

#include "exporter/flags.h"
#include "tests/support/pki.h"
#include "tests/support/process_usage.h"
#include "tests/support/temp_dir.h"

namespace stapling::exporter {
namespace {

using stapling::testing::IssueCertificate;
using stapling::testing::TempDir;

// A search for each target through those before it takes a hundred billion steps.
TEST(WithoutRepetition, IsQuickForManyTargets) {
  constexpr std::size_t kTargets = 1'000'000;
  const Module a{.name = "a"};
  const Module b{.name = "b"};
  std::vector<const Module*> module_of(kTargets / 2, &a);
  module_of.resize(kTargets, &b);
  const auto start = stapling::testing::ProcessorTime(getpid());
  EXPECT_EQ(WithoutRepetition(module_of), (std::vector<Module>{a, b}));
  EXPECT_LT(stapling::testing::ProcessorTime(getpid()) - start, std::chrono::seconds(5));
}

struct Row {
  const char* name;
  Schemes schemes;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class CheckSetupTest : public ::testing::TestWithParam<Row> {};

// A plain check calls no CA, although the module would; a check by OCSP asks although it would not.
TEST_P(CheckSetupTest, TheSchemesOfTheCheckBeatTheModules) {
  const TempDir directory;
  Module module{.name = "a"};
  module.tls.ca_file =
      directory.Write("ca.pem", IssueCertificate({.subject = "Test CA", .is_ca = true}).Pem());
  for (const bool modules_own : {false, true}) {
    module.cross_check = {.responder = modules_own,
                          .crl = modules_own,
                          .chain = true,
                          .min_interval = std::chrono::minutes(5),
                          .max_crl_bytes = 1024};
    CheckOptions options;
    options.schemes = GetParam().schemes;
    const auto runtime = MakeRuntime({module}, {}, options);
    ASSERT_TRUE(runtime) << runtime.error();
    CrossCheckSettings expected = module.cross_check;
    expected.responder = GetParam().schemes.ocsp;
    expected.crl = GetParam().schemes.crl;
    EXPECT_EQ((*runtime)->Find("a")->module().cross_check, expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Table, CheckSetupTest,
                         ::testing::Values(Row{"StapleAlone", {}}, Row{"Ocsp", {.ocsp = true}},
                                           Row{"Crl", {.crl = true}},
                                           Row{"All", {.ocsp = true, .crl = true}}),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::exporter
