#include <memory>
#include <string>
#include <vector>

#include "tests/bench/padded_response.h"
#include "tests/bench/pairs.h"
#include "tests/bench/programs.h"
#include "tests/bench/sections.h"
#include "tests/integration/site.h"
#include "tests/support/tls_server.h"

namespace stapling::bench {
namespace {

using testing::Certificate;
using testing::IssueCertificate;
using testing::KeyKind;
using testing::Site;
using testing::StandardPki;
using testing::TlsServer;

constexpr std::size_t kKibi = 1024;

// What a server shows: certificates, leaf first, and the leaf's staple.
struct Shown {
  std::string name;
  std::vector<Certificate> chain;
  testing::Bytes staple;
  std::string host = "127.0.0.1";  // as the target calls it
};

testing::Bytes Good(const Site& site, const std::vector<Certificate>& chain) {
  return BuildOcspResponse(GoodResponse(chain[0], chain[1], site.now));
}

// With so many certificates, the root not among them.
Shown Longer(const Site& site, std::size_t length) {
  std::vector<Certificate> chain = {site.pki.intermediate};
  while (chain.size() + 1 < length) {
    chain.insert(chain.begin(),
                 IssueCertificate({.subject = "Deeper CA " + std::to_string(chain.size()),
                                   .issuer = &chain.front(),
                                   .now = site.now,
                                   .is_ca = true}));
  }
  chain.insert(chain.begin(), IssueCertificate({.subject = "leaf.test",
                                                .issuer = &chain.front(),
                                                .now = site.now,
                                                .dns_names = {"leaf.test"},
                                                .ip_addresses = {"127.0.0.1"},
                                                .responder_urls = {testing::kResponderUrl}}));
  return {"a chain of " + std::to_string(length), chain, Good(site, chain)};
}

// A target that must be resolved: by the system's file of hosts, so that no network counts.
Shown Named(const Site& site) {
  const std::vector<Certificate> chain = {
      IssueCertificate({.subject = "localhost",
                        .issuer = &site.pki.intermediate,
                        .now = site.now,
                        .dns_names = {"localhost"},
                        .responder_urls = {testing::kResponderUrl}}),
      site.pki.intermediate};
  return {"a host name for an address", chain, Good(site, chain), "localhost"};
}

std::vector<Shown> AllShown(const Site& site, const StandardPki& rsa) {
  testing::OcspResponseSpec with_issuer = site.Good();
  with_issuer.embedded = {&site.pki.intermediate};
  const std::vector<Certificate> rsa_chain = rsa.Chain(rsa.leaf);
  const auto delegated = testing::GoodDelegatedResponse(site.leaf, site.pki.intermediate,
                                                        site.pki.ocsp_signer, site.now);
  return {
      {"P-256, a chain of two", site.Chain(), BuildOcspResponse(site.Good())},
      Named(site),
      Longer(site, 3),
      Longer(site, 4),
      {"a staple that brings its issuer", site.Chain(), BuildOcspResponse(with_issuer)},
      {"a staple that brings its delegated signer", site.Chain(), BuildOcspResponse(delegated)},
      {"a staple of 1 KiB", site.Chain(), BuildOcspResponse(Padded(site.Good(), kKibi))},
      {"a staple of 4 KiB", site.Chain(), BuildOcspResponse(Padded(site.Good(), 4 * kKibi))},
      {"a staple of 15 KiB", site.Chain(), BuildOcspResponse(Padded(site.Good(), 15 * kKibi))},
      {"RSA-2048, a chain of two", rsa_chain, Good(site, rsa_chain)},
  };
}

RacePlan PlanOf(const Settings& settings) {
  return {.rounds = Count(settings, 1, 20, 60), .batch = Count(settings, 4, 12, 16)};
}

std::optional<Error> MeasureShown(const Settings& settings, Table& table) {
  const Site site;
  const StandardPki rsa(site.now, KeyKind::kRsa2048);
  const std::string ca_file =
      site.directory().Write("both.pem", testing::PemChain({site.pki.root, rsa.root}));
  const auto program = ScrapedProgram::Start(ExporterSpec(settings, site.directory(), ca_file));
  if (!program) return Error{program.error()};
  const auto client = BareClient::Make(ca_file);
  if (!client) return Error{client.error()};
  std::vector<std::unique_ptr<TlsServer>> servers;
  Pairs pairs;
  for (const Shown& shown : AllShown(site, rsa)) {
    auto server = TlsServer::Start({.chain = shown.chain, .staples = {shown.staple}});
    if (!server) return Error{server.error()};
    servers.push_back(std::move(server).value());
    pairs.Add(
        shown.name,
        std::make_unique<Scrapes>(
            shown.name, **program,
            std::vector<std::string>{shown.host + ":" + std::to_string(servers.back()->port())}),
        std::make_unique<BareHandshakes>(shown.name + ", bare", *client, servers.back()->port()));
  }
  return pairs.Run(PlanOf(settings), "CPU of a probe, by what the server shows", table);
}

// What the exporter is told to do.
struct Told {
  std::string name;
  std::string module_lines = {};
  std::size_t other_modules = 0;
  bool varies = false;
};

std::vector<Told> AllTold() {
  return {
      {.name = "one module, one handshake"},
      {.name = "one of ten modules", .other_modules = 9},
      {.name = "one of a hundred modules", .other_modules = 99},
      {.name = "four attempts", .module_lines = "    staple: {attempts: 4}\n"},
      {.name = "vary TLS versions: two handshakes",
       .module_lines = "    vary: {tls_versions: [TLS12, TLS13]}\n",
       .varies = true},
      {.name = "vary TLS versions and key types: four, two of them in vain",
       .module_lines = "    vary: {tls_versions: [TLS12, TLS13], key_types: [ecdsa, rsa]}\n",
       .varies = true},
  };
}

std::optional<Error> MeasureTold(const Settings& settings, Table& table) {
  const Site site;
  const auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {BuildOcspResponse(site.Good())}});
  if (!server) return Error{server.error()};
  std::vector<std::unique_ptr<ScrapedProgram>> programs;
  Pairs pairs;
  for (const Told& told : AllTold()) {
    auto program =
        ScrapedProgram::Start(ExporterSpec(settings, site.directory(), site.CaFile(),
                                           {.name = "exporter" + std::to_string(programs.size()),
                                            .module_lines = told.module_lines,
                                            .other_modules = told.other_modules,
                                            .varies = told.varies}));
    if (!program) return Error{program.error()};
    programs.push_back(std::move(program).value());
    pairs.Add(told.name,
              std::make_unique<Scrapes>(told.name, *programs.back(),
                                        std::vector<std::string>{(*server)->Target()}),
              nullptr);
  }
  return pairs.Run(PlanOf(settings), "CPU of a probe, by what the exporter is told", table);
}

}  // namespace

std::optional<Error> MeasureVariations(const Settings& settings, Table& table) {
  if (auto error = MeasureShown(settings, table)) return error;
  return MeasureTold(settings, table);
}

}  // namespace stapling::bench
