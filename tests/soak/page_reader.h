// A person who looks at all pages of the exporter, again and again: the list of probes, log and
// evidence of some of them, the configuration, the metrics.
//
// For one thread.
#pragma once

#include <cstddef>
#include <string>

#include "tests/integration/exporter.h"
#include "tests/soak/tally.h"

namespace stapling::testing {

class PageReader {
 public:
  // Both are to outlive it.
  PageReader(const Exporter& exporter, Tally& tally) : exporter_(exporter), tally_(tally) {}

  void ReadAll();

  [[nodiscard]] std::size_t pages() const { return pages_; }

 private:
  // The page, which has to be there and to hold the text.
  std::string Read(const std::string& path, const std::string& text);
  // A page about a probe, which may be forgotten by now.
  void ReadIfKept(const std::string& path, const std::string& text);

  const Exporter& exporter_;
  Tally& tally_;
  std::size_t pages_ = 0;
};

}  // namespace stapling::testing
