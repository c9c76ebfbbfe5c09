// A child process that cannot outlive its owner.
//
// It leads a process group of its own and gets SIGKILL when the thread that started it ends
// (PR_SET_PDEATHSIG). Its output goes through pipes into memory, read by a thread, so that it never
// blocks on a full pipe.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "core/result.h"

namespace stapling::testing {

struct ProcessOptions {
  std::vector<std::string> arguments = {};    // the program first, looked up in PATH
  std::vector<std::string> environment = {};  // "NAME=value", on top of this process's own
  std::string directory = {};                 // to run in
  std::string input = {};                     // standard input, then end of file
};

// Exit status as a shell has it: 128 + n when signal n ended it.
struct ProcessResult {
  int exit_status = 0;
  std::string output = {};
  std::string errors = {};
};

class Process {
 public:
  static Result<std::unique_ptr<Process>> Start(ProcessOptions options);

  // SIGTERM to the group, up to two seconds of patience, SIGKILL.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const;
  [[nodiscard]] bool Running() const;
  // To the process, not the group.
  void Signal(int signal) const;

  // The exit status; nothing if it still runs after `timeout`. It may be called again.
  std::optional<int> Wait(std::chrono::milliseconds timeout);

  // Waits until standard output or standard error holds `text`; false after `timeout`, or as soon
  // as the process ended without it.
  bool WaitForOutput(const std::string& text,
                     std::chrono::milliseconds timeout = std::chrono::seconds(10));

  [[nodiscard]] std::string Output() const;  // standard output so far
  [[nodiscard]] std::string Errors() const;  // standard error so far

 private:
  class Impl;
  explicit Process(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Runs to the end. An Error if it cannot be started or takes longer.
Result<ProcessResult> RunProcess(ProcessOptions options,
                                 std::chrono::milliseconds timeout = std::chrono::seconds(30));

}  // namespace stapling::testing
