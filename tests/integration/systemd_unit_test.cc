// What systemd itself says of the units: that it understands them, and how little they expose.

#include <gtest/gtest.h>

#include <string>

#include "tests/integration/exporter.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {
namespace {

// On a scale from 0 to 100, best first. What is left is that it talks to the network and reads
// /proc.
constexpr const char* kMostExposed = "11";

// The units as they are, but with the program where it is built.
class SystemdUnit : public ::testing::Test {
 protected:
  SystemdUnit() {
    for (const std::string unit :
         {"ocsp_stapling_exporter.service", "ocsp_stapling_exporter.socket"}) {
      const auto text = RunProcess(
          {.arguments = {"sed", "s|/usr/bin/ocsp_stapling_exporter|" + ExporterPath() + "|",
                         STAPLING_SYSTEMD_DIRECTORY "/" + unit}});
      if (text) directory_.Write(unit, text->output);
    }
  }

  [[nodiscard]] std::string Service() const {
    return directory_.Path("ocsp_stapling_exporter.service");
  }
  [[nodiscard]] std::string Socket() const {
    return directory_.Path("ocsp_stapling_exporter.socket");
  }

  const TempDir directory_;
};

TEST_F(SystemdUnit, IsUnderstood) {
  const auto verified =
      RunProcess({.arguments = {"systemd-analyze", "verify", "--man=no", Service(), Socket()}});
  ASSERT_TRUE(verified) << verified.error();
  EXPECT_EQ(verified->exit_status, 0);
  EXPECT_EQ(verified->errors, "");
}

TEST_F(SystemdUnit, ExposesLittle) {
  const auto judged =
      RunProcess({.arguments = {"systemd-analyze", "security", "--offline=true", "--no-pager",
                                "--threshold", kMostExposed, Service()}});
  ASSERT_TRUE(judged) << judged.error();
  EXPECT_EQ(judged->exit_status, 0) << judged->output << judged->errors;
}

}  // namespace
}  // namespace stapling::testing
