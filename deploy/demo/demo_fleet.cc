// demo_fleet: servers on loopback that staple everything that can be stapled wrongly, and right.
//
//   demo_fleet serve --directory DIR    starts them, until SIGINT or SIGTERM
//   demo_fleet probe --directory DIR    probes them through an exporter, and compares
//   demo_fleet list [--json]            prints what they are
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <limits>

#include "deploy/demo/fleet.h"
#include "deploy/demo/fleet_files.h"
#include "deploy/demo/probe_table.h"
#include "deploy/demo/running_fleet.h"

namespace stapling::demo {
namespace {

constexpr int kSurprised = 1;  // a verdict was not the expected one
constexpr int kFailed = 2;

struct Options {
  std::string directory;
  std::string exporter = "127.0.0.1:6960";
  std::string rules;
  int base_port = kBasePort;
  bool json = false;
  bool gnutls = false;
};

int Fail(const std::string& sentence) {
  std::cerr << "demo_fleet: " << sentence << "\n";
  return kFailed;
}

sigset_t EndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

int Serve(const Options& options) {
  // Blocked before any thread is started, so that all of them inherit it and sigwait() gets it.
  const sigset_t signals = EndSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const auto fleet = RunningFleet::Start(static_cast<std::uint16_t>(options.base_port));
  if (!fleet) return Fail(fleet.error() + "; --base-port chooses other ports");
  if (const auto failed =
          WriteFleetFiles(**fleet, options.directory, options.exporter, options.rules)) {
    return Fail(failed->sentence);
  }
  const std::vector<std::string> addresses = (*fleet)->Addresses();
  std::cout << "ready: " << addresses.size() << " servers, " << addresses.front() << " to "
            << addresses.back() << ", files in " << options.directory << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  return EXIT_SUCCESS;
}

Style TerminalStyle() {
  const bool colour = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return colour ? Style::kColour : Style::kPlain;
}

int Probe(const Options& options) {
  const auto addresses = ReadAddresses(options.directory);
  if (!addresses) return Fail(addresses.error());
  const Result<int> surprises = PrintProbeTable(
      options.exporter, *addresses, options.gnutls ? Library::kGnutls : Library::kOpenssl,
      TerminalStyle(), std::cout);
  if (!surprises) return Fail(surprises.error());
  return *surprises == 0 ? EXIT_SUCCESS : kSurprised;
}

int ListAsJson(int base_port) {
  nlohmann::ordered_json servers = nlohmann::ordered_json::array();
  for (const DemoServer& server : DemoServers()) {
    servers.push_back({{"name", server.name},
                       {"port", base_port++},
                       {"module", server.module},
                       {"verdict", server.verdict},
                       {"staples", server.story}});
  }
  std::cout << servers.dump(2) << "\n";
  return EXIT_SUCCESS;
}

int List(const Options& options) {
  if (options.json) return ListAsJson(options.base_port);
  int port = options.base_port;
  std::cout << std::left;
  for (const DemoServer& server : DemoServers()) {
    std::cout << std::setw(7) << port++ << std::setw(26) << server.name << std::setw(26)
              << server.module << server.story << "\n";
  }
  return EXIT_SUCCESS;
}

void AddDirectory(CLI::App& command, Options& options) {
  command.add_option("--directory", options.directory, "Where the fleet's files are")
      ->required()
      ->type_name("DIR");
}

void AddExporter(CLI::App& command, Options& options) {
  command.add_option("--exporter", options.exporter, "Where the exporter listens")
      ->type_name("IP:PORT")
      ->capture_default_str();
}

void AddBasePort(CLI::App& command, Options& options, int smallest) {
  const int largest =
      std::numeric_limits<std::uint16_t>::max() - static_cast<int>(DemoServers().size()) + 1;
  command
      .add_option("--base-port", options.base_port,
                  "The first server's port; the others follow. 0: any free ones")
      ->check(CLI::Range(smallest, largest))
      ->type_name("PORT")
      ->capture_default_str();
}

int Run(int argc, char** argv) {
  Options options;
  CLI::App app("Servers on loopback that staple what can be stapled wrongly, and right.");
  app.require_subcommand(1);
  CLI::App* serve = app.add_subcommand("serve", "Start the servers and write the fleet's files");
  AddDirectory(*serve, options);
  AddBasePort(*serve, options, 0);
  AddExporter(*serve, options);
  serve->add_option("--rules", options.rules, "Alert rules for the Prometheus configuration")
      ->type_name("FILE");
  CLI::App* probe = app.add_subcommand("probe", "Probe the servers through a running exporter");
  AddDirectory(*probe, options);
  AddExporter(*probe, options);
  probe->add_flag("--gnutls", options.gnutls, "Let GnuTLS make the handshakes");
  CLI::App* list = app.add_subcommand("list", "Print the servers");
  AddBasePort(*list, options, 1);
  list->add_flag("--json", options.json, "As JSON");
  CLI11_PARSE(app, argc, argv);
  if (serve->parsed()) return Serve(options);
  return probe->parsed() ? Probe(options) : List(options);
}

}  // namespace
}  // namespace stapling::demo

int main(int argc, char** argv) {
  try {
    return stapling::demo::Run(argc, argv);
  } catch (const std::exception& error) {  // such as no memory, or no more threads
    return stapling::demo::Fail(error.what());
  }
}
