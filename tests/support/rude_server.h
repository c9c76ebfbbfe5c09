// Servers that misbehave: RudeServer speaks its own nonsense, RudeProxy spoils the bytes of an
// honest server behind it, FullBacklog never lets a connection come about.
//
// All listen on 127.0.0.1 on a free port and serve any number of connections, one thread each.
// Destroying them ends everything at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "tests/support/bytes.h"
#include "tests/support/socket.h"

namespace stapling::testing {

// What is done once there is nothing more to say.
enum class Afterwards {
  kHold,    // stay silent until the client goes
  kClose,   // FIN
  kReset,   // RST
  kRepeat,  // say it again, for ever; RudeServer only
};

struct RudeBehaviour {
  bool read_client_hello = false;  // wait for the first record of the client before speaking
  Bytes say = {};
  std::chrono::milliseconds gap{0};  // between bytes; zero: all at once
  Afterwards afterwards = Afterwards::kHold;
};

RudeBehaviour Silent();
RudeBehaviour PlainText(std::string_view banner, Afterwards afterwards = Afterwards::kHold);
RudeBehaviour CloseAfterAccept();
RudeBehaviour ResetAfterAccept();
RudeBehaviour CloseAfterClientHello();
RudeBehaviour ResetAfterClientHello();
// A fatal alert (RFC 8446 §6.2) in answer to the ClientHello, then FIN: 40 is handshake_failure.
RudeBehaviour AlertAfterClientHello(std::uint8_t description);
RudeBehaviour GarbageAfterClientHello(std::size_t size = 4096);
RudeBehaviour EndlessGarbage();
// Well-formed records of HelloRequests for ever, each of which a TLS 1.2 client may skip.
RudeBehaviour EndlessHandshake();

class RudeServer {
 public:
  static Result<std::unique_ptr<RudeServer>> Start(RudeBehaviour behaviour,
                                                   const std::string& address = "127.0.0.1",
                                                   std::uint16_t port = 0);
  ~RudeServer();
  RudeServer(const RudeServer&) = delete;
  RudeServer& operator=(const RudeServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string Target() const;
  [[nodiscard]] std::size_t Accepted() const;

 private:
  class Impl;
  explicit RudeServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct RudeProxyOptions {
  std::string upstream_address = "127.0.0.1";
  std::uint16_t upstream_port = 0;
  // So many bytes of the server go through, then `afterwards` (not kRepeat). What the client sends
  // always goes through.
  std::size_t forward = std::numeric_limits<std::size_t>::max();
  Afterwards afterwards = Afterwards::kHold;
  bool byte_by_byte = false;         // one byte a segment
  std::chrono::milliseconds gap{0};  // between two bytes, with byte_by_byte
};

class RudeProxy {
 public:
  static Result<std::unique_ptr<RudeProxy>> Start(RudeProxyOptions options);
  ~RudeProxy();
  RudeProxy(const RudeProxy&) = delete;
  RudeProxy& operator=(const RudeProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string Target() const;
  [[nodiscard]] std::size_t Accepted() const;
  // Bytes of the server that were passed on, over all connections.
  [[nodiscard]] std::size_t Forwarded() const;

 private:
  class Impl;
  explicit RudeProxy(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// A port that is open and whose queue is full: connect() neither succeeds nor fails.
class FullBacklog {
 public:
  static Result<std::unique_ptr<FullBacklog>> Start();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string Target() const;

 private:
  FullBacklog() = default;
  Socket listener_;
  std::vector<Socket> fillers_;
  std::uint16_t port_ = 0;
};

}  // namespace stapling::testing
