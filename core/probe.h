// A probe, whole: resolve, connect, handshake, judge; and what it found.
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

#include "core/failure.h"
#include "core/module.h"
#include "core/net/deadline.h"
#include "core/net/ip_address.h"
#include "core/net/resolver.h"
#include "core/net/target.h"
#include "core/net/target_policy.h"
#include "core/ocsp/judge.h"
#include "core/probe_log.h"
#include "core/result.h"
#include "core/tls/handshake.h"
#include "core/x509/trust_store.h"

namespace stapling {

// Certificates below this depth are neither judged nor reported: no honest chain is longer, and a
// server may send thousands.
inline constexpr unsigned kMaxReportedDepth = 8;

// What one presented certificate asks for, and what was stapled for it.
struct StapleReport {
  unsigned depth = 0;  // position in the server's list; 0 is the leaf
  bool must_staple = false;
  bool names_responder = false;
  // Absent below the leaf, unless the module's `staple.chain` is set.
  std::optional<bool> required;
  std::optional<bool> expected;
  // Absent where this TLS version has no place for a staple of this certificate.
  std::optional<bool> present;
  Judgement judgement;  // verdict missing unless present
};

// One connection and what was seen on it.
struct Connection {
  std::optional<IpAddress> address;
  std::vector<std::pair<Phase, std::chrono::duration<double>>> phases;  // in order, as entered
  Handshake handshake;
  std::optional<bool> hostname_valid;  // as soon as a leaf was seen
  std::vector<StapleReport> staples;   // leaf first; self-signed roots left out
  std::optional<Failure> failure;      // the first phase that failed
};

struct ProbeResult {
  std::chrono::sys_seconds now;  // the instant at which everything was judged
  std::chrono::duration<double> duration{};
  std::chrono::duration<double> dns_lookup{};
  std::vector<Connection> connections;
  bool success = false;  // exactly when a strict client would go on

  // The failure of the first connection that has one.
  [[nodiscard]] const std::optional<Failure>& failure() const;
};

struct ProbeRequest {
  Target target;
  std::string hostname;  // overrides the target's name; the module's server_name beats both
  std::optional<std::chrono::sys_seconds> at;  // judge at this instant, not now
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

  [[nodiscard]] const Module& module() const { return module_; }
  [[nodiscard]] const TargetPolicy& policy() const { return policy_; }
  [[nodiscard]] ProbeResult Probe(const ProbeRequest& request, Deadline deadline,
                                  ProbeLog& log) const;

 private:
  Prober(Module module, std::shared_ptr<const TrustStore> trust_store,
         std::unique_ptr<TlsClient> tls_client, ResolverSettings resolver, TargetPolicy policy);

  // The address to probe; nothing, and the connection's failure, if there is none.
  std::optional<IpAddress> ResolveTarget(const ProbeRequest& request, Deadline deadline,
                                         Connection& connection, ProbeLog& log) const;
  // Connect, handshake, judge.
  void Converse(const ProbeRequest& request, Deadline deadline, std::chrono::sys_seconds now,
                Connection& connection, ProbeLog& log) const;

  Module module_;
  std::shared_ptr<const TrustStore> trust_store_;
  std::unique_ptr<TlsClient> tls_client_;
  ResolverSettings resolver_;
  TargetPolicy policy_;
};

}  // namespace stapling
