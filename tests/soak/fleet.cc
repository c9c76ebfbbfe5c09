#include "tests/soak/fleet.h"

#include <csignal>
#include <filesystem>
#include <utility>

#include "tests/soak/configuration.h"

namespace stapling::testing {
namespace {

// A file is there whole or not at all.
void Replace(const Site& site, const std::string& name, const std::string& content) {
  std::filesystem::rename(site.directory().Write(name + ".new", content), site.Path(name));
}

}  // namespace

Result<std::unique_ptr<Fleet>> Fleet::Start(const std::string& name_server) {
  std::unique_ptr<Fleet> fleet(new Fleet());
  if (auto error = fleet->StartServers(name_server)) return std::move(*error);
  return fleet;
}

std::optional<Error> Fleet::StartServers(const std::string& name_server) {
  auto dns =
      DnsServer::Start({.address = name_server,
                        .port = 53,
                        .names = {{"leaf.test", {"127.0.0.1"}}, {"ocsp.test", {"127.0.0.1"}}},
                        .servfail = {"broken.test"},
                        .silent = {"never.test"}});
  if (!dns) return Error{dns.error()};
  dns_ = std::move(dns).value();
  Replace(site_, "staple.der", ToString(BuildOcspResponse(site_.Good())));
  auto nginx = StartNginxThatReloads(site_, site_.Path("staple.der"));
  if (!nginx) return Error{nginx.error()};
  nginx_ = std::move(nginx).value();
  AddHealthy();
  AddHealthyBehindOthers();
  AddHealthyOfAnsweringCa();
  AddBadStaples();
  AddBadChains();
  AddChanging();
  AddRude();
  AddCut();
  AddUnreachable();
  AddRefused();
  return error_;
}

std::string Fleet::Configuration(std::size_t variant) const {
  return GoodConfiguration(site_.CaFile(), relay_->port(), variant);
}

void Fleet::TakeTurn() {
  const OcspResponseSpec specs[] = {site_.Good(), site_.Expired(), site_.Revoked()};
  turns_.Take([&](std::size_t turn) {
    const std::size_t face = turn % 5;  // in the order of AddChanging
    Staples staples = {std::nullopt};
    if (face < std::size(specs)) staples[0] = BuildOcspResponse(specs[face]);
    if (face == std::size(specs)) staples[0] = Noise(300);
    changing_->SetStaples(std::move(staples));
  });
}

void Fleet::RenewCertificate() {
  const Certificate leaf = IssueCertificate({.subject = "leaf.test",
                                             .issuer = &site_.pki.intermediate,
                                             .dns_names = {"leaf.test"},
                                             .responder_urls = {kResponderUrl}});
  const Bytes staple = BuildOcspResponse(GoodResponse(leaf, site_.pki.intermediate, RealNow()));
  static_cast<void>(renewed_->SetChain(site_.pki.Chain(leaf), {staple}));
}

void Fleet::RenewStapleOfNginx() {
  OcspResponseSpec spec = site_.Good();
  *spec.responses[0].next_update += std::chrono::seconds(++nginx_renewals_);
  Replace(site_, "staple.der", ToString(BuildOcspResponse(spec)));
  nginx_->process().Signal(SIGHUP);
}

void Fleet::ReplaceCaFile() {
  const bool more = ++ca_replacements_ % 2 == 1;
  const Certificate unconcerned = IssueCertificate({.subject = "Nobody's CA", .is_ca = true});
  Replace(site_, "ca.pem", site_.pki.root.Pem() + (more ? unconcerned.Pem() : ""));
}

}  // namespace stapling::testing
