#include "tests/core/starttls/scripted_peer.h"

#include <sys/socket.h>

#include <array>
#include <cstdlib>

namespace stapling::testing {

ScriptedPeer::ScriptedPeer(Script script) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
  client_ = Socket(ends[0]);
  server_ = Socket(ends[1]);
  SetBlocking(client_, false);
  thread_ = std::thread([this, script = std::move(script)] { Play(script); });
}

ScriptedPeer::~ScriptedPeer() { Finish(); }

std::string ScriptedPeer::Finish() {
  client_.Close();
  if (thread_.joinable()) thread_.join();
  return surprise_;
}

void ScriptedPeer::Play(const Script& script) {
  for (const Turn& turn : script.turns) {
    if (!Hear(turn.hear) || !Say(turn.say, script.byte_by_byte)) return;
  }
  while (script.endless && Say(script.turns.back().say, script.byte_by_byte)) {
  }
  if (script.close_at_end) return server_.Close();
  char more = 0;
  const ssize_t size = recv(server_.get(), &more, 1, 0);
  if (size > 0 && script.attentive) surprise_ = std::string("unexpected: ") + more;
}

bool ScriptedPeer::Hear(const std::string& expected) {
  std::string heard(expected.size(), '\0');
  if (expected.empty()) return true;
  const ssize_t size = recv(server_.get(), heard.data(), heard.size(), MSG_WAITALL);
  if (size <= 0) return false;  // the client has gone, and may have its reasons
  heard.resize(static_cast<std::size_t>(size));
  if (heard != expected) surprise_ = "heard: " + heard;
  return heard == expected;
}

bool ScriptedPeer::Say(const std::string& text, bool byte_by_byte) {
  const std::size_t step = byte_by_byte ? 1 : text.size();
  for (std::size_t at = 0; at < text.size(); at += step) {
    if (send(server_.get(), text.data() + at, step, MSG_NOSIGNAL) < 0) return false;
  }
  return true;
}

std::string Negotiate(const StartTlsRequest& request, const Script& script,
                      std::chrono::milliseconds patience) {
  ScriptedPeer peer(script);
  const auto failure = NegotiateTls(peer.client(), request, Deadline::After(patience));
  std::string surprise = peer.Finish();
  if (!surprise.empty()) return surprise;
  if (!failure) return {};
  return std::string(Describe(failure->reason).label) + ": " + failure->detail;
}

}  // namespace stapling::testing
