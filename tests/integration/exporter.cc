#include "tests/integration/exporter.h"

#include <cstdlib>

#include <charconv>
#include <utility>

#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

constexpr std::chrono::seconds kPatience{30};

// The port of the line that says where it listens; 0 as long as that line is not complete.
std::uint16_t ListeningPort(const std::string& log) {
  constexpr std::string_view kAddress = "msg=\"listening\" address=127.0.0.1:";
  const std::size_t start = log.find(kAddress);
  if (start == std::string::npos) return 0;
  const std::size_t end = log.find('\n', start);
  if (end == std::string::npos) return 0;
  std::uint16_t port = 0;
  std::from_chars(log.data() + start + kAddress.size(), log.data() + end, port);
  return port;
}

}  // namespace

std::string ExporterPath() { return STAPLING_EXPORTER_PATH; }

ProcessResult RunExporter(const std::vector<std::string>& arguments,
                          std::vector<std::string> environment) {
  ProcessOptions options{.arguments = {ExporterPath()}, .environment = std::move(environment)};
  options.arguments.insert(options.arguments.end(), arguments.begin(), arguments.end());
  auto result = RunProcess(std::move(options), kPatience);
  if (!result) return {.exit_status = -1, .errors = result.error()};
  return std::move(result).value();
}

std::string LibraryUnderTest() {
  const char* library = std::getenv("STAPLING_TEST_TLS_LIBRARY");
  return library == nullptr ? "openssl" : library;
}

std::string ModuleTrusting(const std::string& ca_file, const std::string& more) {
  return "default_module: test\nmodules:\n  test:\n    tls_library: " + LibraryUnderTest() +
         "\n    tls_config:\n      ca_file: \"" + ca_file + "\"\n" + more;
}

Result<std::unique_ptr<Exporter>> Exporter::Start(const std::string& configuration,
                                                  std::vector<std::string> flags,
                                                  std::vector<std::string> environment) {
  std::unique_ptr<Exporter> exporter(new Exporter());
  ProcessOptions options{.arguments = {ExporterPath(), "--web.listen-address=127.0.0.1:0"},
                         .environment = std::move(environment)};
  if (!configuration.empty()) {
    exporter->WriteConfiguration(configuration);
    options.arguments.push_back("--config.file=" + exporter->ConfigPath());
  }
  for (std::string& flag : flags) options.arguments.push_back(std::move(flag));
  auto process = Process::Start(std::move(options));
  if (!process) return Error{process.error()};
  exporter->process_ = std::move(process).value();
  const Process& running = *exporter->process_;
  const bool ended_or_ready = WaitUntil(
      [&] {
        exporter->port_ = ListeningPort(running.Errors());
        return exporter->port_ != 0 || !running.Running();
      },
      kPatience);
  if (!ended_or_ready || exporter->port_ == 0) {
    return Error{"the exporter does not listen; it said: " + running.Errors()};
  }
  return exporter;
}

HttpResponse Exporter::Send(HttpRequest request) const {
  request.port = port_;
  request.timeout = kPatience;
  auto response = SendHttp(request);
  if (!response) return {.body = response.error()};
  return std::move(response).value();
}

HttpResponse Exporter::Get(const std::string& path) const { return Send({.path = path}); }

HttpResponse Exporter::Probe(const ProbeQuery& query) const {
  HttpRequest request{.path = "/probe?target=" + UrlEncode(query.target)};
  if (!query.module.empty()) request.path += "&module=" + UrlEncode(query.module);
  if (!query.hostname.empty()) request.path += "&hostname=" + UrlEncode(query.hostname);
  if (query.debug) request.path += "&debug=true";
  if (!query.timeout_header.empty()) {
    request.headers.emplace_back("X-Prometheus-Scrape-Timeout-Seconds", query.timeout_header);
  }
  return Send(std::move(request));
}

void Exporter::WriteConfiguration(const std::string& text) const {
  directory_.Write("exporter.yml", text);
}

}  // namespace stapling::testing
