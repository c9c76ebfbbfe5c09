// A probe, whole: resolve, connect (or both through a proxy), STARTTLS, handshake, judge.
//
// One deadline bounds everything. Nothing a peer sends makes it throw, hang or give up what was
// already collected.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/cross_check.h"
#include "core/module.h"
#include "core/net/deadline.h"
#include "core/net/ip_address.h"
#include "core/net/resolver.h"
#include "core/net/target.h"
#include "core/net/target_policy.h"
#include "core/probe_log.h"
#include "core/probe_result.h"
#include "core/result.h"
#include "core/tls/variants.h"
#include "core/verification_cache.h"
#include "core/x509/trust_store.h"

namespace stapling {

struct ProbeRequest {
  Target target;
  std::string hostname;  // overrides the target's name; the module's server_name beats both
  std::optional<std::chrono::sys_seconds> at;  // judge at this instant, not now
};

// Where the target is probed: at its own port, else its scheme's, else that of the protocol that
// the module speaks.
std::uint16_t PortOf(const Module& module, const Target& target);

// What probes share, over modules and reloads.
struct ProbeCaches {
  std::shared_ptr<AnswerCache> answers = {};              // of CAs; null: one of its own
  std::shared_ptr<VerificationCache> verifications = {};  // null: all is verified anew
};

// A module made ready: its files read, its contexts built. Immutable; safe from any thread.
//
// Connects to no address that the target policy has not let pass, and to the very one that it has:
// no name is resolved twice.
class Prober {
 public:
  static Result<std::shared_ptr<const Prober>> Make(Module module,
                                                    std::shared_ptr<const TrustStore> trust_store,
                                                    ResolverSettings resolver = {},
                                                    TargetPolicy policy = {});
  // The same, with a client of the pool where it has one.
  static Result<std::shared_ptr<const Prober>> Make(
      Module module, std::shared_ptr<const TrustStore> trust_store, TlsClientPool& pool,
      ResolverSettings resolver = {}, TargetPolicy policy = {}, ProbeCaches caches = {});

  [[nodiscard]] const Module& module() const { return module_; }
  [[nodiscard]] const TargetPolicy& policy() const { return policy_; }
  [[nodiscard]] const TrustStore& trust_store() const { return *trust_store_; }
  [[nodiscard]] ProbeResult Probe(const ProbeRequest& request, Deadline deadline,
                                  ProbeLog& log) const;

 private:
  Prober(Module module, std::shared_ptr<const TrustStore> trust_store,
         std::vector<TlsVariant> tls_variants, ResolverSettings resolver, TargetPolicy policy);

  // What the connections of one probe share, and the client of one of them.
  struct Trial {
    const ProbeRequest& request;
    const TlsClient& tls_client;
    std::uint16_t port;
    std::chrono::sys_seconds now;
    Deadline deadline;
  };

  // Where to connect to: addresses that the policy lets pass, or none behind a proxy, which finds
  // it itself; and those that it does not.
  struct Destinations {
    std::vector<std::optional<IpAddress>> addresses = {};
    std::vector<std::pair<IpAddress, Failure>> denied = {};  // the first, up to the module's bound
    std::size_t denied_beyond = 0;                           // how many more
    std::optional<Failure> failure = {};                     // there is nowhere to connect to
  };
  Destinations FindDestinations(const ProbeRequest& request, std::uint16_t port, Deadline deadline,
                                ProbeLog& log) const;
  [[nodiscard]] Resolution ResolveTarget(const Target& target, Deadline deadline,
                                         ProbeLog& log) const;
  // One connection for each address and TLS variant, side by side, up to the module's bound.
  void ConverseWithAll(const ProbeRequest& request,
                       const std::vector<std::optional<IpAddress>>& addresses, Deadline deadline,
                       ProbeResult& result, ProbeLog& log) const;
  // What was denied of all addresses, beside what was tried, within the same bound.
  void TellDenied(const Destinations& destinations, ProbeResult& result) const;
  // Connect (through the proxy, if there is one), ask for TLS, handshake, judge; as often as the
  // module asks.
  void ConverseOften(const Trial& trial, Connection& connection, ProbeLog& log) const;
  void Converse(const Trial& trial, Connection& connection, ProbeLog& log) const;
  // Null where all is verified anew.
  [[nodiscard]] FactCache<VerifiedChain>* VerifiedChains() const;
  [[nodiscard]] FactCache<Examination>* AuthenticResponses() const;
  // Asks the CA about every connection, if the module wants that.
  void AskCa(ProbeResult& result, Deadline deadline, ProbeLog& log) const;

  Module module_;
  std::shared_ptr<const TrustStore> trust_store_;
  std::vector<TlsVariant> tls_variants_;
  ResolverSettings resolver_;
  TargetPolicy policy_;
  std::optional<CrossChecker> cross_checker_;
  std::shared_ptr<VerificationCache> verifications_;
};

}  // namespace stapling
