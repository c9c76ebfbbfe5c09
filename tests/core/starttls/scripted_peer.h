// The server's side of a negotiation, word for word: waits for exactly what the client must say,
// then answers. On a pair of connected sockets, with a thread of its own.
#pragma once

#include <string>
#include <thread>
#include <vector>

#include "core/failure.h"
#include "core/net/deadline.h"
#include "core/starttls/negotiation.h"
#include "tests/support/socket.h"

namespace stapling::testing {

struct Turn {
  std::string hear;  // of the client, to the octet; empty: the server speaks unasked
  std::string say;
};

struct Script {
  std::vector<Turn> turns;
  bool attentive = true;  // minds what else the client says
  bool byte_by_byte = false;
  bool endless = false;       // say the last turn again, for ever
  bool close_at_end = false;  // else it waits for the client to go
};

class ScriptedPeer {
 public:
  explicit ScriptedPeer(Script script);
  ~ScriptedPeer();
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;

  // The client's end, non-blocking.
  [[nodiscard]] int client() const { return client_.get(); }

  // Once the client has gone: what it said otherwise than the script; empty if nothing.
  std::string Finish();

 private:
  void Play(const Script& script);
  bool Hear(const std::string& expected);
  bool Say(const std::string& text, bool byte_by_byte);

  Socket client_;
  Socket server_;
  std::string surprise_;
  std::thread thread_;
};

// Plays the script against a negotiation: "" or "starttls_refused: 554 no". What the client says
// otherwise than the script is reported in place of it.
std::string Negotiate(const StartTlsRequest& request, const Script& script,
                      std::chrono::milliseconds patience = std::chrono::seconds(20));

}  // namespace stapling::testing
