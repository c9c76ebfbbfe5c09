// What a proxy answers, of the kind that the first octet picks: a refusal is one clean sentence of
// the phase proxy, and after a go-ahead all that follows is left to the target's client. Or the
// URL of a proxy: what is taken is printed so that it means the same, but for the password.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "core/net/file_descriptor.h"
#include "core/proxy/tunnel.h"
#include "core/x509/text.h"
#include "tests/fuzz/fuzz.h"

using namespace stapling;  // NOLINT(google-build-using-namespace)
using stapling::fuzz::Require;

namespace {

void CheckUrl(std::string_view url) {
  auto proxy = ParseProxyUrl(url);
  if (!proxy) {
    Require(std::ranges::all_of(proxy.error(), [](char c) { return c >= 0x20 && c < 0x7f; }),
            "an error is printable ASCII");
    return;
  }
  const std::string printed = PrintProxyUrl(*proxy);
  Require(ParseProxyUrl(printed).ok() == proxy->password.empty(), "a hidden password is refused");
  if (!proxy->password.empty()) return;
  Require(*ParseProxyUrl(printed) == *proxy, "the same proxy");
}

std::string ReadAll(int socket) {
  std::string text;
  std::array<char, 4096> part{};
  ssize_t size = 0;
  while ((size = recv(socket, part.data(), part.size(), 0)) > 0) {
    text.append(part.data(), static_cast<std::size_t>(size));
  }
  return text;
}

void CheckAnswer(const Proxy& proxy, std::string_view answer) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) return;
  const FileDescriptor client(ends[0]);
  const FileDescriptor server(ends[1]);
  // What does not fit is lost: the proxy falls silent early.
  const ssize_t sent = send(server.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
  answer = answer.substr(0, static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
  shutdown(server.get(), SHUT_WR);

  const auto failure =
      OpenTunnel(client.get(), proxy, {"leaf.test", 443}, Deadline::After(std::chrono::seconds(5)));
  if (failure) {
    Require(failure->phase == Phase::kProxy, "it is this phase that failed");
    Require(failure->reason != Reason::kTimeout, "who has hung up is not waited for");
    Require(CleanText(failure->detail) == failure->detail, "a detail is clean");
    return;
  }
  const std::string rest = ReadAll(client.get());
  Require(answer.ends_with(rest), "what follows is the target's, whole");
  const std::string_view head = answer.substr(0, answer.size() - rest.size());
  if (proxy.kind == ProxyKind::kHttp) {
    Require(head.ends_with("\n\n") || head.ends_with("\n\r\n"), "a head ends with an empty line");
  } else {
    Require(head.size() <= 2 + 2 + 5 + 255 + 2, "SOCKS5 says no more than this");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text = stapling::fuzz::TextOf(data + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      CheckUrl(text);
      break;
    case 1:
      CheckAnswer({ProxyKind::kHttp, "p.test", 1, "joe", "s3cret"}, text);
      break;
    case 2:
      CheckAnswer({ProxyKind::kSocks5, "p.test", 1, "", ""}, text);
      break;
    default:
      CheckAnswer({ProxyKind::kSocks5, "p.test", 1, "joe", "s3cret"}, text);
  }
  return 0;
}
