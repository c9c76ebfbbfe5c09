#include "tests/integration/exporter.h"

#include <cstdlib>

#include <algorithm>
#include <charconv>
#include <utility>

#include "tests/integration/samples.h"
#include "tests/support/notify_socket.h"
#include "tests/support/sanitizer.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

constexpr std::chrono::seconds kPatience{30};
constexpr const char* kCacheFlag = "--probe.verification-cache-bytes";

// Every promise is to hold with the cache of verifications and without it: the pass with GnuTLS
// goes without, unless STAPLING_TEST_VERIFICATION_CACHE (on, off) says otherwise.
bool CachesVerifications() {
  const char* told = std::getenv("STAPLING_TEST_VERIFICATION_CACHE");
  return told == nullptr ? LibraryUnderTest() != "gnutls" : std::string_view(told) == "on";
}

// The number between these; 0 as long as it is not there in full.
std::uint16_t PortBetween(std::string_view before, std::string_view after,
                          const std::string& text) {
  const std::size_t start = text.find(before);
  if (start == std::string::npos) return 0;
  const std::size_t end = text.find(after, start);
  if (end == std::string::npos) return 0;
  std::uint16_t port = 0;
  std::from_chars(text.data() + start + before.size(), text.data() + end, port);
  return port;
}

// Of the line that says where it listens, in logfmt or JSON.
std::uint16_t ListeningPort(const std::string& log) {
  const std::uint16_t port = PortBetween("msg=\"listening\" address=127.0.0.1:", "\n", log);
  return port != 0 ? port : PortBetween(R"("msg":"listening","address":"127.0.0.1:)", "\n", log);
}

}  // namespace

std::string ExporterPath() {
  const char* path = std::getenv("STAPLING_TEST_EXPORTER");
  return path == nullptr ? STAPLING_EXPORTER_PATH : path;
}

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
                                                  Surroundings surroundings) {
  std::unique_ptr<Exporter> exporter(new Exporter());
  const NotifySocket manager;
  ProcessOptions options{.arguments = std::move(surroundings.wrapper),
                         .environment = std::move(surroundings.environment)};
  options.arguments.push_back(ExporterPath());
  options.arguments.push_back("--web.listen-address=127.0.0.1:" +
                              std::to_string(surroundings.port));
  if (kSanitized && std::getenv("ASAN_OPTIONS") == nullptr) {
    options.environment.emplace_back(kSmallQuarantine);
  }
  if (surroundings.mute) options.environment.push_back("NOTIFY_SOCKET=" + manager.Path());
  if (!configuration.empty()) {
    exporter->WriteConfiguration(configuration);
    options.arguments.push_back("--config.file=" + exporter->ConfigPath());
  }
  const auto tells = [](const std::string& flag) { return flag.starts_with(kCacheFlag); };
  if (!CachesVerifications() && std::ranges::none_of(flags, tells)) {
    options.arguments.push_back(std::string(kCacheFlag) + "=0");
  }
  for (std::string& flag : flags) options.arguments.push_back(std::move(flag));
  auto process = Process::Start(std::move(options));
  if (!process) return Error{process.error()};
  exporter->process_ = std::move(process).value();
  const Process& running = *exporter->process_;
  if (surroundings.mute) {
    exporter->port_ =
        PortBetween("STATUS=Listening on 127.0.0.1:", ";", manager.NextThatStartsWith("READY=1"));
  }
  const bool ended_or_ready = WaitUntil(
      [&] {
        if (exporter->port_ != 0) return true;
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

bool Exporter::Healthy() const { return process_->Running() && Get("/-/healthy").status == 200; }

std::optional<double> Exporter::Metric(const std::string& series) const {
  return Samples(Metrics()).Value(series);
}

void Exporter::WriteConfiguration(const std::string& text) const {
  directory_.Write("exporter.yml", text);
}

}  // namespace stapling::testing
