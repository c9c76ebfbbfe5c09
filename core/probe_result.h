// What a probe found: plain values, made by core/probe.h and read by whoever reports them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/failure.h"
#include "core/module.h"
#include "core/net/ip_address.h"
#include "core/ocsp/judge.h"
#include "core/revocation/cross_check_report.h"
#include "core/tls/handshake.h"

namespace stapling {

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

// How often the leaf's staple was there, over the attempts that saw the server's certificates.
struct Attempts {
  unsigned made = 0;
  unsigned stapled = 0;
  unsigned distinct = 0;  // staples that differ
};

// What is particular to one of several combinations; nothing where the module varies nothing.
struct Combination {
  bool address = false;  // the connection's address
  std::optional<TlsVersion> tls_version;
  std::optional<KeyType> key_type;
};

// One connection and what was seen on it; of several attempts, the first with a staple that is not
// good, else the first that was stapled.
struct Connection {
  Combination combination;
  std::optional<IpAddress> address;  // absent behind a proxy, which alone knows it
  std::vector<std::pair<Phase, std::chrono::duration<double>>> phases;  // in order, as entered
  Handshake handshake;
  std::optional<bool> hostname_valid;  // as soon as a leaf was seen
  std::vector<StapleReport> staples;   // leaf first; self-signed roots left out
  Attempts attempts;
  std::optional<Failure> failure;  // the first phase that failed
  // Set in place of failure: the server does not do this combination, but does another.
  std::optional<Failure> unsupported;
  std::optional<CrossCheck> cross_check;  // where the module asks the CA, too

  // A handshake was made, whatever was found in it.
  [[nodiscard]] bool completed() const;
};

struct ProbeResult {
  std::uint16_t port = 0;        // that was probed
  std::chrono::sys_seconds now;  // the instant at which everything was judged
  std::chrono::duration<double> duration{};
  // The phase resolve, which all connections share; absent behind a proxy.
  std::optional<std::chrono::duration<double>> dns_lookup;
  bool varied = false;                   // the module varies something
  std::size_t combinations_skipped = 0;  // beyond the module's bound
  std::vector<Connection> connections;
  bool success = false;  // exactly when a strict client would go on

  // The failure of the first connection that has one.
  [[nodiscard]] const std::optional<Failure>& failure() const;
};

// As probe_tls_version_info spells it: TLS 1.3.
std::string_view Label(TlsVersion version);
std::string_view Label(KeyType type);  // rsa, ecdsa

}  // namespace stapling
