// The program: flags to one of its three commands.

#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <variant>
#include <vector>

#include "exporter/check_command.h"
#include "exporter/exit_status.h"
#include "exporter/flags.h"
#include "exporter/serve_command.h"
#include "exporter/standard_streams.h"
#include "exporter/sweep_command.h"
#include "exporter/verify_command.h"

namespace stapling::exporter {
namespace {

int Run(const ServeOptions& options) { return RunServe(options, std::cout, std::cerr); }
int Run(const CheckOptions& options) {
  return options.targets_file.empty() ? RunCheck(options, std::cout, std::cerr)
                                      : RunSweep(options, std::cout, std::cerr);
}
int Run(const VerifyOptions& options) { return RunVerify(options, std::cout, std::cerr); }
int Run(const EarlyExit& exit) {
  std::cout << exit.output;
  std::cerr << exit.error;
  return exit.status;
}

}  // namespace
}  // namespace stapling::exporter

int main(int argc, char** argv) {
  stapling::exporter::OpenClosedStandardStreams();
  // A reader that went away is an error of write, not the end.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    const auto flags = stapling::exporter::ParseFlags(arguments);
    return std::visit([](const auto& options) { return stapling::exporter::Run(options); }, flags);
  } catch (const std::bad_alloc&) {
    std::fputs("ocsp_stapling_exporter: out of memory\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ocsp_stapling_exporter: %s\n", error.what());
  }
  return static_cast<int>(stapling::exporter::ExitStatus::kUsage);  // nothing was found out
}
