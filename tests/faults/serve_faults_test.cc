// A running exporter whose calls fail one after the other.
//
// Whatever fails: it goes on running, it answers or closes, it leaks no descriptor, nothing is told
// that a check without the fault would not tell, and the next probe is as if nothing had been.
#include <gtest/gtest.h>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "tests/faults/fault_sweep.h"
#include "tests/integration/exporter.h"
#include "tests/integration/samples.h"
#include "tests/integration/site.h"
#include "tests/support/connect_relay.h"
#include "tests/support/dns_server.h"
#include "tests/support/http_peer.h"
#include "tests/support/pass_on.h"
#include "tests/support/private_network.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

// A probe has three seconds; what takes longer than this waits for something that never comes.
constexpr auto kHung = 20s;

// The first line in which two pages differ.
std::string Difference(const std::string& page, const std::string& reference) {
  std::istringstream lines(page);
  std::istringstream expected(reference);
  for (std::string line, wanted;;) {
    const bool more = static_cast<bool>(std::getline(lines, line));
    const bool more_wanted = static_cast<bool>(std::getline(expected, wanted));
    if (!more && !more_wanted) return {};
    if (line != wanted || more != more_wanted) {
      return "\"" + line + "\" in place of \"" + wanted + "\"";
    }
  }
}

// Without what GnuTLS thinks of the staple: when memory lacks, it thinks nothing of it.
std::string WithoutOpinion(const std::string& page) {
  std::istringstream lines(page);
  std::string rest;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("ocsp_staple_accepted_by_library{")) rest += line + "\n";
  }
  return rest;
}

// What says that all is well with a certificate, and must not be said unless it is.
bool Reassures(const std::string& line) {
  if (!line.ends_with(" 1")) return false;
  return line.starts_with("probe_success") || line.starts_with("ocsp_revocation_agreement") ||
         line.find("status=\"good\"") != std::string::npos ||
         line.find("verdict=\"good\"") != std::string::npos ||
         line.find("verdict=\"not_revoked\"") != std::string::npos;
}

// Says more good of the server than the reference does; empty if not.
std::string FalseGood(const std::string& page, const std::string& reference) {
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (Reassures(line) && ("\n" + reference).find("\n" + line + "\n") == std::string::npos) {
      return "a false good: " + line;
    }
  }
  return {};
}

class ServeFaults : public ::testing::Test {
 protected:
  void Serve(const Site& site, Staples staples) {
    auto server = TlsServer::Start({.chain = site.Chain(), .staples = std::move(staples)});
    ASSERT_TRUE(server) << server.error();
    server_ = std::move(server).value();
    query_ = {.target = server_->Target(), .hostname = "leaf.test"};
  }

  void StartExporter(const Site& site, const std::string& library, const std::string& more = {},
                     std::vector<std::string> flags = {}) {
    configuration_ =
        "default_module: test\nmodules:\n  test:\n    timeout: 3s\n    tls_library: " + library +
        "\n    tls_config:\n      ca_file: \"" + site.CaFile() + "\"\n" + more;
    flags_ = std::move(flags);
    Restart();
  }

  void Restart() {
    exporter_.reset();
    descriptors_.reset();
    auto exporter = Exporter::Start(configuration_, flags_, {.environment = faults_.Environment()});
    ASSERT_TRUE(exporter) << exporter.error();
    exporter_ = std::move(exporter).value();
  }

  // What fails while it starts ends it, and rightly so.
  void AwaitEndOfStart() {
    exporter_->process().Signal(SIGHUP);
    ASSERT_TRUE(exporter_->process().WaitForOutput("configuration reloaded", 30s));
  }

  // Of a request while a call fails.
  std::string Bounded(const std::function<std::string()>& request) {
    const auto start = std::chrono::steady_clock::now();
    std::string complaint = request();
    if (!exporter_->process().Running()) return "the exporter ended: " + LastWords();
    if (!complaint.empty()) return complaint;
    return std::chrono::steady_clock::now() - start > kHung ? "hung" : "";
  }

  std::string LastWords() {
    const auto status = exporter_->process().Wait(5s);
    const std::string log = exporter_->process().Errors();
    return "status " + std::to_string(status.value_or(-1)) + ", " +
           log.substr(log.size() - std::min<std::size_t>(log.size(), 400));
  }

  std::string ProbeWhileItFails() {
    return Bounded([&]() -> std::string {
      const HttpResponse response = exporter_->Probe(query_);
      if (response.status == 0 || response.status == 500 || response.status == 503) return {};
      if (response.status != 200) return "answers " + std::to_string(response.status);
      const Samples samples(response.body);
      const auto success = samples.Value("probe_success");
      if (!success) return "no probe_success: " + response.body;
      const std::string page = MaskVolatile(response.body);
      if (std::string good = FalseGood(page, reference_); !good.empty()) return good;
      if (success == 1) return Difference(WithoutOpinion(page), WithoutOpinion(reference_));
      return FailureOf(samples).empty() ? "fails without a reason: " + response.body : "";
    });
  }

  std::string ProbeAgain() {
    if (!exporter_->process().Running()) return "the exporter ended: " + LastWords();
    const HttpResponse response = exporter_->Probe(query_);
    if (response.status != 200) return "answers " + std::to_string(response.status);
    const std::string page = MaskVolatile(response.body);
    if (reference_.empty()) reference_ = page;
    const std::string difference = Difference(page, reference_);
    return difference.empty() ? LeakedDescriptors() : difference;
  }

  [[nodiscard]] std::ptrdiff_t Descriptors() const {
    const std::filesystem::directory_iterator all(
        "/proc/" + std::to_string(exporter_->process().pid()) + "/fd");
    return std::distance(begin(all), end(all));
  }

  // A client's connection is closed a moment after its answer came.
  std::string LeakedDescriptors() {
    if (!descriptors_) {
      std::ptrdiff_t before = 0;
      const bool settled =
          WaitUntil([&] { return std::exchange(before, Descriptors()) == before; });
      if (!settled) return "its descriptors come and go";
      descriptors_ = before;
    }
    return WaitUntil([&] { return Descriptors() <= *descriptors_; })
               ? ""
               : "leaks descriptors: " + std::to_string(Descriptors()) + " in place of " +
                     std::to_string(*descriptors_);
  }

  void Sweep(const std::string& name, std::function<std::string()> act,
             std::function<std::string()> recover) {
    SweepFaults(faults_, {.name = name,
                          .act = std::move(act),
                          .recover = std::move(recover),
                          .restart = [this] { Restart(); }});
  }
  void SweepProbe(const std::string& name) {
    Sweep(
        name, [this] { return ProbeWhileItFails(); }, [this] { return ProbeAgain(); });
    RecordProperty("reference", reference_);
  }

  Faults faults_;
  std::unique_ptr<TlsServer> server_;
  std::unique_ptr<Exporter> exporter_;
  ProbeQuery query_;
  std::string reference_;  // what the exporter says when nothing fails, masked
  std::string configuration_;
  std::vector<std::string> flags_;
  std::optional<std::ptrdiff_t> descriptors_;
};

class ServeFaultsOfLibrary : public ServeFaults,
                             public ::testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(, ServeFaultsOfLibrary, ::testing::Values("openssl", "gnutls"),
                         [](const auto& each) { return std::string(each.param); });

TEST_P(ServeFaultsOfLibrary, AGoodProbeIsGoodOrFails) {
  const Site site;
  ASSERT_NO_FATAL_FAILURE(Serve(site, {BuildOcspResponse(site.Good())}));
  ASSERT_NO_FATAL_FAILURE(StartExporter(site, GetParam()));
  SweepProbe(std::string("good ") + GetParam());
  EXPECT_NE(reference_.find("probe_success 1\n"), std::string::npos);
}

TEST_P(ServeFaultsOfLibrary, ARevokedCertificateIsNeverGood) {
  const Site site;
  ASSERT_NO_FATAL_FAILURE(Serve(site, {BuildOcspResponse(site.Revoked())}));
  ASSERT_NO_FATAL_FAILURE(StartExporter(site, GetParam()));
  SweepProbe(std::string("revoked ") + GetParam());
  EXPECT_NE(reference_.find("reason=\"revoked\"} 1\n"), std::string::npos);
}

TEST_P(ServeFaultsOfLibrary, AMustStapleCertificateWithoutAStapleIsNeverGood) {
  const Site site(Site::Leaf::kMustStaple);
  ASSERT_NO_FATAL_FAILURE(Serve(site, {}));
  ASSERT_NO_FATAL_FAILURE(StartExporter(site, GetParam()));
  SweepProbe(std::string("must-staple ") + GetParam());
  EXPECT_NE(reference_.find("reason=\"staple_missing\"} 1\n"), std::string::npos);
}

TEST_F(ServeFaults, AnExpectedStapleThatIsMissingIsNeverGood) {
  const Site site;
  ASSERT_NO_FATAL_FAILURE(Serve(site, {}));
  ASSERT_NO_FATAL_FAILURE(StartExporter(site, "openssl", "    staple: {require: expected}\n"));
  SweepProbe("expected");
  EXPECT_NE(reference_.find("reason=\"staple_missing\"} 1\n"), std::string::npos);
}

TEST_F(ServeFaults, CombinationsFailOnTheirOwn) {
  const Site site;
  ASSERT_NO_FATAL_FAILURE(Serve(site, {BuildOcspResponse(site.Good())}));
  ASSERT_NO_FATAL_FAILURE(
      StartExporter(site, "openssl", "    vary: {tls_versions: [TLS12, TLS13]}\n"));
  SweepProbe("vary");
  EXPECT_NE(reference_.find("probe_success 1\n"), std::string::npos);
}

TEST_F(ServeFaults, AProbeByNameResolvesItOrFails) {
  const auto name_server = EnterPrivateNetwork();
  ASSERT_TRUE(name_server) << name_server.error();
  const auto dns = DnsServer::Start(
      {.address = *name_server, .port = 53, .names = {{"leaf.test", {"127.0.0.1"}}}});
  ASSERT_TRUE(dns) << dns.error();
  const Site site;
  ASSERT_NO_FATAL_FAILURE(Serve(site, {BuildOcspResponse(site.Good())}));
  query_ = {.target = "leaf.test:" + std::to_string(server_->port())};
  ASSERT_NO_FATAL_FAILURE(StartExporter(site, "openssl"));
  SweepProbe("by name");
  EXPECT_NE(reference_.find("probe_success 1\n"), std::string::npos);
}

TEST_F(ServeFaults, AProbeThroughAProxyIsGoodOrFails) {
  const Site site;
  ASSERT_NO_FATAL_FAILURE(Serve(site, {BuildOcspResponse(site.Good())}));
  const ConnectRelay proxy(server_->port());
  ASSERT_NO_FATAL_FAILURE(StartExporter(
      site, "openssl", "    proxy_url: http://127.0.0.1:" + std::to_string(proxy.port()) + "\n"));
  SweepProbe("proxy");
  EXPECT_NE(reference_.find("probe_success 1\n"), std::string::npos);
}

TEST_F(ServeFaults, AProbeByStarttlsIsGoodOrFails) {
  const Site site;
  ASSERT_NO_FATAL_FAILURE(Serve(site, {BuildOcspResponse(site.Good())}));
  // PostgreSQL's way: eight octets ask, one answers.
  const ConnectionPool postgres(
      ListenTcp("127.0.0.1", 0).value(), 16, [&](const Socket& client, std::size_t /*number*/) {
        std::array<std::uint8_t, 8> request{};
        const ssize_t size = recv(client.get(), request.data(), request.size(), MSG_WAITALL);
        if (size == ssize_t{request.size()} && SendAll(client.get(), {'S'}))
          PassOn(client, server_->port());
      });
  query_.target = "127.0.0.1:" + std::to_string(postgres.port());
  ASSERT_NO_FATAL_FAILURE(StartExporter(site, "openssl", "    starttls: postgres\n"));
  SweepProbe("starttls");
  EXPECT_NE(reference_.find("probe_success 1\n"), std::string::npos);
}

TEST_F(ServeFaults, PagesAreWholeOrRefused) {
  const Site site;
  ASSERT_NO_FATAL_FAILURE(Serve(site, {BuildOcspResponse(site.Good())}));
  ASSERT_NO_FATAL_FAILURE(StartExporter(site, "openssl"));
  for (const char* path : {"/", "/metrics", "/config"}) {
    const auto get = [&](bool must_succeed) -> std::string {
      const HttpResponse response = exporter_->Get(path);
      const bool refused = response.status == 0 || response.status == 500 || response.status == 503;
      if (refused && !must_succeed) return {};
      if (response.status != 200) return "answers " + std::to_string(response.status);
      return response.body.find(path == std::string("/metrics")
                                    ? "ocsp_stapling_exporter_cross_check_cache_oldest_seconds "
                                    : "</html>") == std::string::npos &&
                     path != std::string("/config")
                 ? "a page cut short: " + response.body
                 : "";
    };
    Sweep(
        path, [&] { return Bounded([&] { return get(false); }); },
        [&] {
          std::string complaint = get(true);
          return complaint.empty() ? ProbeAgain() : complaint;
        });
  }
}

TEST_F(ServeFaults, AReloadIsDoneOrRefused) {
  const Site site;
  ASSERT_NO_FATAL_FAILURE(Serve(site, {BuildOcspResponse(site.Good())}));
  ASSERT_NO_FATAL_FAILURE(StartExporter(site, "openssl", {}, {"--web.enable-lifecycle"}));
  const auto reload = [&] { return exporter_->Send({.path = "/-/reload", .method = "POST"}); };
  const auto successful = [&] {
    return Samples(exporter_->Metrics())
        .Value("ocsp_stapling_exporter_config_last_reload_successful");
  };
  Sweep(
      "reload",
      [&] {
        const HttpResponse response = reload();
        faults_.Disarm();
        return Bounded([&]() -> std::string {
          if (response.status == 500 && successful() != 0) return "a failed reload reads as done";
          if (response.status == 200 && successful() != 1) return "a reload reads as failed";
          const bool refused =
              response.status == 0 || response.status == 500 || response.status == 503;
          return refused || response.status == 200 ? "" : std::to_string(response.status);
        });
      },
      [&] {
        const HttpResponse response = reload();
        if (response.status != 200) return "no reload: " + response.body;
        return ProbeAgain();
      });
}

// The thread that looks at the configuration file runs out of memory at it, again and again.
TEST_F(ServeFaults, AChangedFileIsReadOnceThereIsMemory) {
  const Site site;
  ASSERT_NO_FATAL_FAILURE(Serve(site, {BuildOcspResponse(site.Good())}));
  ASSERT_NO_FATAL_FAILURE(StartExporter(
      site, "openssl", {}, {"--config.enable-auto-reload", "--config.auto-reload-interval=20ms"}));
  ASSERT_NO_FATAL_FAILURE(AwaitEndOfStart());
  constexpr std::uint64_t kEnough = 20;
  for (const std::uint64_t first : {1, 10, 100}) {
    const std::string module = "after_" + std::to_string(first);
    faults_.Arm({FaultFunction::kMalloc, ENOMEM, kFromThenOn}, first);
    exporter_->WriteConfiguration(configuration_ + "  " + module + ": {}\n");
    ASSERT_TRUE(WaitUntil([&] { return faults_.Injected() >= kEnough; }, 30s)) << first;
    faults_.Disarm();
    EXPECT_TRUE(WaitUntil(
        [&] { return exporter_->Get("/config").body.find(module) != std::string::npos; }, 30s))
        << first << ": " << exporter_->process().Errors();
  }
}

TEST_F(ServeFaults, AReloadBySignalOutlivesALackOfMemory) {
  const Site site;
  ASSERT_NO_FATAL_FAILURE(Serve(site, {BuildOcspResponse(site.Good())}));
  ASSERT_NO_FATAL_FAILURE(StartExporter(site, "openssl"));
  ASSERT_NO_FATAL_FAILURE(AwaitEndOfStart());
  for (const std::uint64_t first : {1, 10, 100, 1000}) {
    faults_.Arm({FaultFunction::kMalloc, ENOMEM, kFromThenOn}, first);
    exporter_->process().Signal(SIGHUP);
    ASSERT_TRUE(WaitUntil([&] { return faults_.Injected() > 0; }, 30s)) << first;
    faults_.Disarm();
    exporter_->WriteConfiguration(configuration_ + "  after_" + std::to_string(first) + ": {}\n");
    exporter_->process().Signal(SIGHUP);
    const std::string module = "after_" + std::to_string(first);
    EXPECT_TRUE(WaitUntil(
        [&] { return exporter_->Get("/config").body.find(module) != std::string::npos; }, 30s))
        << first << ": " << exporter_->process().Errors();
  }
}

// The question to the CA waits for a thread; it is asked as soon as there is one.
TEST_F(ServeFaults, TheCaIsAskedOnceThereIsAThread) {
  std::string answer;
  const auto ca = HttpPeer::Start(
      {.answer = [&](const HttpPeerRequest&) { return HttpPeerAnswer{.body = answer}; }});
  ASSERT_TRUE(ca) << ca.error();
  Site site;
  site.leaf = IssueCertificate({.subject = "leaf.test",
                                .issuer = &site.pki.intermediate,
                                .now = site.now,
                                .dns_names = {"leaf.test"},
                                .responder_urls = {(*ca)->Url("/ocsp")}});
  answer = ToString(BuildOcspResponse(site.Good()));
  ASSERT_NO_FATAL_FAILURE(Serve(site, {BuildOcspResponse(site.Good())}));
  ASSERT_NO_FATAL_FAILURE(StartExporter(site, "openssl", "    cross_check: {responder: true}\n"));
  const auto up = [&] {
    return Samples(exporter_->Probe(query_).body)
        .Value("ocsp_responder_up{depth=\"0\",url=\"" + (*ca)->Url("/ocsp") + "\"}");
  };
  faults_.Arm({FaultFunction::kPthreadCreate, EAGAIN, kFromThenOn}, 1);
  EXPECT_EQ(up(), 0);
  EXPECT_GE(faults_.Injected(), 1U);
  faults_.Disarm();
  EXPECT_TRUE(WaitUntil([&] { return up() == 1; }, 30s));
}

}  // namespace
}  // namespace stapling::testing
