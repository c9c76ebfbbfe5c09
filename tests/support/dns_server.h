// A DNS server on loopback (UDP, RFC 1035) that knows a table of names.
//
// A and AAAA only; a name in the table without an address of the asked family gets an empty
// answer, a name outside it NXDOMAIN. No compression, no TCP, no EDNS in its answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/result.h"

namespace stapling::testing {

struct DnsServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::map<std::string, std::vector<std::string>> names = {};  // lower case -> IP literals
  std::set<std::string> servfail = {};
  std::set<std::string> silent = {};  // never answered
  bool answer_nothing = false;        // silent for all names
  std::uint32_t ttl = 60;
};

class DnsServer {
 public:
  static Result<std::unique_ptr<DnsServer>> Start(DnsServerOptions options);
  ~DnsServer();
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  // What a name of the table means from the next query on.
  void SetAddresses(const std::string& name, std::vector<std::string> addresses);
  // What it means in turn, from one query to the next, round and round.
  void SetTurns(const std::string& name, std::vector<std::vector<std::string>> turns);

  [[nodiscard]] std::size_t Queries() const;
  [[nodiscard]] std::size_t QueriesFor(const std::string& name) const;

 private:
  class Impl;
  explicit DnsServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace stapling::testing
