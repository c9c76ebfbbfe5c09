// What a server says before TLS, in the protocol that the first octet picks: a refusal is one clean
// sentence of the phase starttls, and after a go-ahead there is nothing left that TLS might read.
#include <sys/socket.h>

#include <array>
#include <chrono>

#include "core/net/file_descriptor.h"
#include "core/starttls/negotiation.h"
#include "core/x509/text.h"
#include "tests/fuzz/fuzz.h"

using namespace stapling;  // NOLINT(google-build-using-namespace)
using stapling::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return 0;
  const FileDescriptor client(ends[0]);
  const FileDescriptor server(ends[1]);
  // What does not fit is lost: the server falls silent early.
  if (size > 1) send(server.get(), data + 1, size - 1, MSG_NOSIGNAL);
  shutdown(server.get(), SHUT_WR);

  const auto protocols = StartTlsProtocols().subspan(1);
  const StartTlsRequest request{.protocol = protocols[data[0] % protocols.size()].protocol,
                                .ehlo_name = "client.test",
                                .xmpp_domain = "chat.test"};
  const auto failure =
      NegotiateTls(client.get(), request, Deadline::After(std::chrono::seconds(5)));
  if (failure) {
    Require(failure->phase == Phase::kStarttls, "it is this phase that failed");
    Require(failure->reason != Reason::kTimeout, "who has hung up is not waited for");
    Require(CleanText(failure->detail) == failure->detail, "a detail is clean");
    return 0;
  }
  char octet = 0;
  Require(recv(client.get(), &octet, 1, 0) == 0, "nothing follows a go-ahead");
  return 0;
}
