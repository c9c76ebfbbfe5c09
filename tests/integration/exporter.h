// The exporter as its users run it: a process, a configuration file and HTTP.
//
// Listens on a free port of 127.0.0.1. Every wait has a bound. Not safe from several threads, but
// for Get, Probe and Metrics.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "tests/support/http_get.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {

// The program under test: STAPLING_TEST_EXPORTER, by default that of the same build.
std::string ExporterPath();

// Runs it to the end. Status -1 and the reason in `errors` if it does not end.
ProcessResult RunExporter(const std::vector<std::string>& arguments,
                          std::vector<std::string> environment = {});

// The tls_library of ModuleTrusting(): STAPLING_TEST_TLS_LIBRARY, openssl by default. Every test
// runs once for each.
std::string LibraryUnderTest();

// A configuration of one module "test" that trusts `ca_file`; `more` are further lines of it.
std::string ModuleTrusting(const std::string& ca_file, const std::string& more = {});

struct ProbeQuery {
  std::string target;
  std::string module = {};
  std::string hostname = {};
  std::string timeout_header = {};  // X-Prometheus-Scrape-Timeout-Seconds; empty: not sent
  bool debug = false;
};

// The circumstances under which it runs.
struct Surroundings {
  std::uint16_t port = 0;                 // to listen on; 0: any free one
  std::vector<std::string> wrapper = {};  // words before the program: {"prlimit", "--nofile=40"}
  std::vector<std::string> environment = {};  // "NAME=value", on top of this process's own
  // What it says on standard error is not seen here; its port is what it tells a service manager.
  bool mute = false;
};

class Exporter {
 public:
  // `configuration` is the text of the file; empty: none, so the built-in modules serve.
  // `environment`: "NAME=value", on top of this process's own.
  static Result<std::unique_ptr<Exporter>> Start(const std::string& configuration,
                                                 std::vector<std::string> flags = {},
                                                 Surroundings surroundings = {});

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] Process& process() { return *process_; }
  [[nodiscard]] const Process& process() const { return *process_; }

  // What goes wrong on the way is a response of status 0 that says so.
  [[nodiscard]] HttpResponse Get(const std::string& path) const;
  [[nodiscard]] HttpResponse Send(HttpRequest request) const;
  [[nodiscard]] HttpResponse Probe(const ProbeQuery& query) const;
  [[nodiscard]] std::string Metrics() const { return Get("/metrics").body; }

  // Runs, and answers /-/healthy.
  [[nodiscard]] bool Healthy() const;
  // The value of one series of /metrics.
  [[nodiscard]] std::optional<double> Metric(const std::string& series) const;

  [[nodiscard]] std::string ConfigPath() const { return directory_.Path("exporter.yml"); }
  // Replaces the configuration file; nothing is reloaded.
  void WriteConfiguration(const std::string& text) const;

 private:
  Exporter() = default;

  TempDir directory_;
  std::unique_ptr<Process> process_;
  std::uint16_t port_ = 0;
};

}  // namespace stapling::testing
