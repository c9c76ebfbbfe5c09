// The servers of the soak, healthy, bad and rude, and what scraping each of them has to give.
//
// To be started in a private network (tests/support/private_network.h), whose names it answers for.
// Destroying it ends everything. What changes servers is for one thread, beside any that probe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "tests/integration/real_server.h"
#include "tests/integration/site.h"
#include "tests/soak/target.h"
#include "tests/support/connect_relay.h"
#include "tests/support/dns_server.h"
#include "tests/support/http_peer.h"
#include "tests/support/rude_server.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {

class Fleet {
 public:
  static Result<std::unique_ptr<Fleet>> Start(const std::string& name_server);

  [[nodiscard]] const std::vector<Target>& targets() const { return targets_; }

  // For the exporter; see configuration.h.
  [[nodiscard]] std::string Configuration(std::size_t variant) const;

  // The changing server staples another response.
  void TakeTurn();
  // A healthy server gets another certificate for its name, and the staple for that.
  void RenewCertificate();
  // nginx gets a new staple and is told so.
  void RenewStapleOfNginx();
  // The file of trusted CAs is replaced by one that trusts the same servers.
  void ReplaceCaFile();

 private:
  Fleet() = default;
  std::optional<Error> StartServers(const std::string& name_server);

  void AddHealthy();
  void AddHealthyBehindOthers();
  void AddHealthyOfAnsweringCa();
  void AddBadStaples();
  void AddBadChains();
  void AddChanging();
  void AddRude();
  void AddCut();
  void AddUnreachable();
  void AddRefused();

  // What is probed: by which module of each library, under which name.
  struct Ask {
    std::string target;
    const char* module = "";  // what follows the library's name
    const char* hostname = "";
    const char* timeout = "";
    unsigned weight = 0;  // 0: as usual
  };
  // Two targets: one for each library.
  void Add(const std::string& name, Kind kind, const Ask& ask, std::vector<Outcome> outcomes,
           const Turns* turns = nullptr);

  // Keeps what was started, or the first error.
  template <typename Server>
  Server* Keep(Result<std::unique_ptr<Server>> started,
               std::vector<std::unique_ptr<Server>>& among);
  // Where it serves; empty if it does not start.
  std::string Serve(std::vector<Certificate> chain, Staples staples, TlsServerOptions more = {});
  std::string ServeStaple(const OcspResponseSpec& staple);

  const Site site_;
  std::optional<Error> error_;
  std::vector<Target> targets_;
  Turns turns_;
  std::size_t nginx_renewals_ = 0;
  std::size_t ca_replacements_ = 0;

  std::unique_ptr<DnsServer> dns_;
  std::unique_ptr<HttpPeer> ca_;
  std::unique_ptr<RealServer> nginx_;
  std::vector<std::unique_ptr<TlsServer>> tls_servers_;
  std::vector<std::unique_ptr<RudeServer>> rude_servers_;
  std::vector<std::unique_ptr<RudeProxy>> rude_proxies_;
  std::unique_ptr<ConnectRelay> relay_;
  TlsServer* changing_ = nullptr;  // of tls_servers_, like the next
  TlsServer* renewed_ = nullptr;
};

}  // namespace stapling::testing
