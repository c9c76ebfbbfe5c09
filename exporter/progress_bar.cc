#include "exporter/progress_bar.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace stapling::exporter {
namespace {

constexpr std::size_t kBarWidth = 24;
constexpr const char* kClearLine = "\r\x1b[K";

}  // namespace

std::string ProgressText(const Progress& progress) {
  const std::size_t filled = progress.done * kBarWidth / progress.total;
  return "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "] " +
         std::to_string(progress.done) + " of " + std::to_string(progress.total) + ", " +
         std::to_string(progress.critical) + " critical, " + std::to_string(progress.warnings) +
         (progress.warnings == 1 ? " warning" : " warnings");
}

ProgressBar::ProgressBar(std::ostream& terminal, bool is_terminal)
    : terminal_(terminal), is_terminal_(is_terminal) {}

void ProgressBar::Show(const Progress& progress) {
  if (!is_terminal_) return;
  terminal_ << kClearLine << ProgressText(progress) << std::flush;
  shown_ = true;
}

void ProgressBar::Clear() {
  if (!shown_) return;
  terminal_ << kClearLine << std::flush;
  shown_ = false;
}

bool CanShowProgress(const std::ostream& err) {
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return &err == &std::cerr && !dumb && isatty(STDERR_FILENO) == 1;
}

}  // namespace stapling::exporter
