#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/bare_handshake.h"
#include "tests/bench/contender.h"
#include "tests/bench/programs.h"
#include "tests/bench/sections.h"
#include "tests/integration/site.h"

namespace stapling::bench {
namespace {

using testing::RealServer;
using testing::Site;

constexpr std::size_t kOne = 1;
constexpr std::size_t kSideBySide = 8;

// One server, everybody who probes it, and what each is called in the table.
struct Field {
  std::unique_ptr<RealServer> server;
  std::vector<std::unique_ptr<ScrapedProgram>> programs;
  std::vector<std::unique_ptr<Contender>> contenders;  // the bare client, then the programs

  std::optional<Error> Add(const ProgramSpec& spec) {
    auto program = ScrapedProgram::Start(spec);
    if (!program) return Error{program.error()};
    programs.push_back(std::move(program).value());
    contenders.push_back(std::make_unique<Scrapes>(spec.name, *programs.back(),
                                                   std::vector<std::string>{server->Target()}));
    return std::nullopt;
  }
};

std::vector<ProgramSpec> ExporterSpecs(const Settings& settings, const Site& site) {
  std::vector<ProgramSpec> specs = {ExporterSpec(settings, site.directory(), site.CaFile())};
  if (const auto flag = CacheOffFlag(settings)) {
    specs.push_back(ExporterSpec(settings, site.directory(), site.CaFile(),
                                 {.name = "exporter without its cache", .flags = {*flag}}));
  }
  return specs;
}

Result<Field> Gather(const Site& site, const std::string& staple_file,
                     const std::vector<ProgramSpec>& specs) {
  Field field;
  auto server = testing::StartNginx(site, testing::ServerTls::k13, staple_file);
  if (!server) return Error{server.error()};
  field.server = std::move(server).value();
  auto client = BareClient::Make(site.CaFile());
  if (!client) return Error{client.error()};
  field.contenders.push_back(std::make_unique<BareHandshakes>(
      "bare handshake", std::move(client).value(), field.server->port()));
  for (const ProgramSpec& spec : specs) {
    if (auto error = field.Add(spec)) return *std::move(error);
  }
  return field;
}

std::optional<Error> RunField(const Settings& settings, const Field& field,
                              const std::string& title, Table& table) {
  std::vector<Contender*> contenders;
  for (const auto& contender : field.contenders) contenders.push_back(contender.get());
  for (const std::size_t parallel : {kOne, kSideBySide}) {
    const auto seconds = Race(contenders, {.rounds = Count(settings, 1, 40, 120),
                                           .batch = Count(settings, kSideBySide, 16, 16),
                                           .parallel = parallel});
    if (!seconds) return Error{seconds.error()};
    const auto& all = seconds.value();
    table.Section(title + (parallel == 1 ? ", one at a time" : ", eight side by side"));
    for (std::size_t i = 0; i < all.size(); ++i) {
      table.Add(contenders[i]->name(), Scaled(all[i], 1e3), "ms CPU");
    }
    for (std::size_t i = 1; i < all.size(); ++i) {
      table.Add(contenders[i]->name() + " / bare handshake", Ratios(all[i], all[0]), kTimes);
    }
    for (std::size_t i = 2; i < all.size(); ++i) {
      table.Add(contenders[i]->name() + " / exporter", Ratios(all[i], all[1]), kTimes);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> MeasureCost(const Settings& settings, Table& table) {
  const Site site;
  std::vector<ProgramSpec> specs = ExporterSpecs(settings, site);
  for (const ProgramSpec& peer : PeerSpecs(settings, site.directory(), site.CaFile())) {
    specs.push_back(peer);
  }
  const auto plain =
      Gather(site, site.WriteBytes("good.der", BuildOcspResponse(site.Good())), specs);
  if (!plain) return Error{plain.error()};
  if (auto error = RunField(settings, *plain, "CPU of a probe", table)) return error;

  testing::OcspResponseSpec with_issuer = site.Good();
  with_issuer.embedded = {&site.pki.intermediate};
  const auto delegated = testing::GoodDelegatedResponse(site.leaf, site.pki.intermediate,
                                                        site.pki.ocsp_signer, site.now);
  for (const auto& [what, response] : {std::pair("repeats its issuer's certificate", with_issuer),
                                       std::pair("brings its delegated signer", delegated)}) {
    const auto field = Gather(site, site.WriteBytes("with.der", BuildOcspResponse(response)),
                              ExporterSpecs(settings, site));
    if (!field) return Error{field.error()};
    const std::string title = std::string("CPU of a probe, the staple ") + what;
    if (auto error = RunField(settings, *field, title, table)) return error;
  }
  return std::nullopt;
}

}  // namespace stapling::bench
