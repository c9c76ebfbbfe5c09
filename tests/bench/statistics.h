// What repeated measurements come to: median, extremes, quantiles and ratios of them.
//
// Pure functions over numbers of any unit. No means and no deviations: on a machine that others
// share, a few wild values are certain, and a median does not mind them.
#pragma once

#include <cstddef>
#include <vector>

namespace stapling::bench {

struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;
  std::size_t count = 0;  // 0: nothing was measured, and the rest says nothing
};

Spread SpreadOf(const std::vector<double>& values);

// `share` from 0 to 1; between two values, in proportion. Of at least one value.
double Quantile(std::vector<double> values, double share);

// of[i] / to[i], as far as both go: what was measured in the same round.
std::vector<double> Ratios(const std::vector<double>& of, const std::vector<double>& to);

// Each value times `factor`: another unit.
std::vector<double> Scaled(std::vector<double> values, double factor);

}  // namespace stapling::bench
