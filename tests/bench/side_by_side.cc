#include "tests/bench/side_by_side.h"

#include <optional>
#include <thread>
#include <vector>

namespace stapling::bench {

Result<double> SideBySide(
    std::size_t count, std::size_t threads,
    const std::function<Result<double>(std::size_t thread, std::size_t share)>& work) {
  std::vector<std::optional<Result<double>>> results(threads);
  std::vector<std::thread> running;
  for (std::size_t i = 0; i < threads; ++i) {
    const std::size_t share = count / threads + (i < count % threads ? 1 : 0);
    running.emplace_back([&, i, share] { results[i] = work(i, share); });
  }
  for (std::thread& thread : running) thread.join();
  double sum = 0;
  for (const auto& result : results) {
    if (!*result) return *result;
    sum += **result;
  }
  return sum;
}

}  // namespace stapling::bench
