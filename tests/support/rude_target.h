// A target that is honest up to one point of the conversation, and then attacks.
//
// The point may lie in plain text (a proxy's answer, a STARTTLS dialogue) or, counted in records,
// within the TLS handshake of an honest server behind it. Up to the point everything goes through;
// from then on nothing does, and the attack is all that the client gets to see.
//
//   RudeTarget::Start({.upstream_port = honest->port(), .server_records = 1,
//                      .attack = Attack::kReset});  // resets after ServerHello
//
// Listens on 127.0.0.1 on a free port and serves any number of connections, one thread each.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "tests/support/bytes.h"
#include "tests/support/connection_pool.h"

namespace stapling::testing {

enum class Attack {
  kSilence,
  kDrip,               // what was due, or else noise, a byte at a time with a gap between
  kReset,              // RST
  kClose,              // FIN
  kGarbage,            // four kilobytes of noise, then silence
  kNoiseFlood,         // this and the others: up to 100 MB, as fast as the client reads
  kHelloRequestFlood,  // of records that a TLS 1.2 client may skip (RFC 5246 section 7.4.1.1)
  kCipherChangeFlood,  // of records that a TLS 1.3 client may skip (RFC 8446 section 5)
  kWarningFlood,       // of alerts that are no reason to stop
  kEmptyRecordFlood,   // of handshake records that hold nothing
};

struct AttackInfo {
  Attack attack;
  std::string_view name;
  bool flood;
};
std::span<const AttackInfo> Attacks();
const AttackInfo& Describe(Attack attack);

// One turn of a conversation in plain text: waits until the client has said `await` (empty: does
// not wait), then speaks.
struct Turn {
  std::string await = {};
  std::string say = {};
};

struct RudePlan {
  std::vector<Turn> prologue = {};
  std::string due = {};  // in plain text, where there is no server behind; for kDrip
  // An honest TLS server on loopback; 0: the attack follows the prologue.
  std::uint16_t upstream_port = 0;
  // The point: so many records of the server went through and the client sent so many.
  std::size_t server_records = 0;
  std::size_t client_records = 0;
  bool half_record = false;  // and half of the server's next one
  bool more_due = true;      // the server has something to say there
  Attack attack = Attack::kSilence;
  std::chrono::milliseconds gap{100};  // of kDrip
};

class RudeTarget {
 public:
  static Result<std::unique_ptr<RudeTarget>> Start(RudePlan plan);

  [[nodiscard]] std::uint16_t port() const { return pool_.port(); }
  [[nodiscard]] std::string Target() const;  // "127.0.0.1:4433"

 private:
  RudeTarget(RudePlan plan, Socket listener);
  void Serve(const Socket& client) const;
  void Do(const Socket& client, const Bytes& due) const;

  const RudePlan plan_;
  ConnectionPool pool_;  // last: its threads use the plan
};

}  // namespace stapling::testing
