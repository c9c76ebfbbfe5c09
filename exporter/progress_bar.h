// How far a long run is, as one line of a terminal that is written again and again.
//
// Not safe from several threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <string>

namespace stapling::exporter {

struct Progress {
  std::size_t done = 0;
  std::size_t total = 0;  // at least 1
  std::size_t critical = 0;
  std::size_t warnings = 0;
};

// One line without its end, shorter than 80 columns for up to a million.
std::string ProgressText(const Progress& progress);

class ProgressBar {
 public:
  // Without a terminal, nothing is ever written. `terminal` must outlive it.
  ProgressBar(std::ostream& terminal, bool is_terminal);
  ~ProgressBar() { Clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void Show(const Progress& progress);
  // Makes room for other lines: they may go to the same terminal.
  void Clear();

 private:
  std::ostream& terminal_;
  const bool is_terminal_;
  bool shown_ = false;
};

// Standard error, if it is a terminal that can go back to the start of a line.
bool CanShowProgress(const std::ostream& err);

}  // namespace stapling::exporter
