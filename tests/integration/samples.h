// The samples of a page in the Prometheus text format, by series as it is spelt there.
//
//   const Samples samples(response.body);
//   EXPECT_EQ(samples.Value("probe_success"), 1);
//   EXPECT_EQ(samples.Value("ocsp_staple_valid{depth=\"0\"}"), std::nullopt);
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stapling::testing {

class Samples {
 public:
  explicit Samples(std::string_view text);

  // Nothing if there is no such series: absent is absent.
  [[nodiscard]] std::optional<double> Value(const std::string& series) const;

  // Whether any series has this name, whatever its labels.
  [[nodiscard]] bool Has(std::string_view name) const;

  // Of the one series of this name that is 1, the value of its label; empty if there is not
  // exactly one.
  [[nodiscard]] std::string LabelOf(const std::string& name, const std::string& label) const;

  [[nodiscard]] std::size_t size() const { return values_.size(); }

 private:
  std::map<std::string, double> values_;
};

// "phase/reason" of probe_failure_info; empty if there is none.
std::string FailureOf(const Samples& samples);

// The verdict at a depth; empty if there is none.
std::string VerdictOf(const Samples& samples, unsigned depth = 0);

// The page with <any> in place of what differs from run to run: times, sizes, serial numbers,
// fingerprints.
std::string MaskVolatile(std::string_view text);

}  // namespace stapling::testing
