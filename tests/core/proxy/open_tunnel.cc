#include "tests/core/proxy/open_tunnel.h"

#include <poll.h>
#include <sys/socket.h>

#include "core/net/connection.h"

namespace stapling::testing {
namespace {

std::string Read(int client, std::size_t size) {
  std::string text(size, '\0');
  std::size_t read = 0;
  const Deadline deadline = Deadline::After(std::chrono::seconds(20));
  while (read < size && WaitFor(client, POLLIN, deadline) == Ready::kReady) {
    const ssize_t more = recv(client, text.data() + read, size - read, 0);
    if (more <= 0) break;
    read += static_cast<std::size_t>(more);
  }
  text.resize(read);
  return text;
}

}  // namespace

std::string OpenScripted(const Proxy& proxy, const Destination& destination, const Script& script,
                         const std::string& rest, std::chrono::milliseconds patience) {
  ScriptedPeer peer(script);
  const auto failure = OpenTunnel(peer.client(), proxy, destination, Deadline::After(patience));
  const std::string left = failure ? rest : Read(peer.client(), rest.size());
  std::string surprise = peer.Finish();
  if (!surprise.empty()) return surprise;
  if (left != rest) return "left: " + left;
  if (!failure) return {};
  if (failure->phase != Phase::kProxy) return "another phase";
  return std::string(Describe(failure->reason).label) + ": " + failure->detail;
}

}  // namespace stapling::testing
