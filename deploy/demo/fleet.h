// The demo fleet as a table: one server for each verdict, what it shows and what to expect of it.
//
// This table is the one place: the servers are started from it, the configuration files are written
// from it, and probes are compared with it. It is data and pure functions; nothing here opens a
// socket or reads a clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "deploy/demo/demo_pki.h"
#include "tests/support/ocsp_response.h"
#include "tests/support/tls_server.h"

namespace stapling::demo {

inline constexpr const char* kAddress = "127.0.0.1";
// The first server's port; the others follow in the order of the table.
inline constexpr std::uint16_t kBasePort = 16961;

struct DemoServer {
  std::string_view name;     // its verdict, or what else it shows
  std::string_view verdict;  // of the leaf's staple
  std::string_view module;   // that shows it best
  std::string_view failure;  // the reason why the probe fails; empty: it succeeds
  std::string_view story;    // what it staples, for a newcomer
  // What it sends, leaf first, with a certificate of its own.
  std::vector<testing::Certificate> (*chain)(const DemoPki& pki);
  // Made for each connection, so that an answer of an hour ago always is.
  testing::Staples (*staples)(const DemoPki& pki, const testing::Certificate& leaf,
                              std::chrono::sys_seconds now);
  // What the CA itself answers about the leaf, to those who ask it.
  testing::CertStatus ca_says = testing::CertStatus::kGood;
};

// In the order of the verdicts: the first that applies is the one that is told. Static storage.
std::span<const DemoServer> DemoServers();

// A module of the exporter's configuration that the fleet is probed with. Each has a twin for
// handshakes by GnuTLS, whose name has kGnutlsSuffix.
struct DemoModule {
  std::string_view name;
  std::string_view sections;  // in YAML, but for its tls_config; one line each
  std::string_view purpose;   // one line
};

inline constexpr std::string_view kGnutlsSuffix = "_gnutls";

// The first is the default module.
std::span<const DemoModule> DemoModules();

}  // namespace stapling::demo
