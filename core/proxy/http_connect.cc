// HTTP CONNECT (RFC 9110 section 9.3.6) with Basic credentials (RFC 7617). A 2xx answer ends with
// its header, whatever length that claims: what follows is the target's.
#include <algorithm>
#include <cctype>

#include "core/base64.h"
#include "core/proxy/dialects.h"

namespace stapling {
namespace {

std::string Authority(const Destination& destination) {
  const bool ip6 = destination.host.find(':') != std::string::npos;
  return (ip6 ? "[" + destination.host + "]" : destination.host) + ":" +
         std::to_string(destination.port);
}

std::string RequestHead(const Proxy& proxy, const Destination& destination) {
  const std::string authority = Authority(destination);
  std::string head = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n";
  if (proxy.has_credentials()) {
    const std::string credentials = proxy.user + ":" + proxy.password;
    head += "Proxy-Authorization: Basic " + Base64(Bytes(credentials.begin(), credentials.end())) +
            "\r\n";
  }
  return head + "\r\n";
}

// "200 Connection established" of the next answer; none: the conversation failed.
std::optional<std::string> ReadStatus(Conversation& peer) {
  constexpr std::string_view kVersion = "HTTP/1.";
  // Before the line is waited for, which another kind of server may never end.
  const auto version = peer.ReadExactly(kVersion.size());
  if (!version) return std::nullopt;
  const bool http = std::ranges::equal(*version, kVersion, {}, {},
                                       [](char c) { return static_cast<std::uint8_t>(c); });
  if (!http) {
    peer.Fail(Reason::kProtocolError, "the proxy does not answer in HTTP/1");
    return std::nullopt;
  }
  const auto line = peer.ReadLine();  // the minor version, a space, the status
  if (!line) return std::nullopt;
  const auto digit = [&](std::size_t at) {
    return at < line->size() && std::isdigit(static_cast<unsigned char>((*line)[at])) != 0;
  };
  const bool well_formed = digit(0) && (*line)[1] == ' ' && digit(2) && digit(3) && digit(4) &&
                           (line->size() == 5 || (*line)[5] == ' ');
  if (!well_formed) {
    peer.Fail(Reason::kProtocolError, std::string(kVersion) + *line);
    return std::nullopt;
  }
  std::string status = line->substr(2);
  if (status.ends_with(' ')) status.pop_back();
  return status;
}

bool ReadRestOfHead(Conversation& peer) {
  while (const auto line = peer.ReadLine()) {
    if (line->empty()) return true;
  }
  return false;
}

}  // namespace

void NegotiateHttpConnect(Conversation& peer, const Proxy& proxy, const Destination& destination) {
  peer.Send(RequestHead(proxy, destination));
  while (const auto status = ReadStatus(peer)) {
    // Before the tunnel only the proxy speaks: 401, too, is about its own credentials. tinyproxy
    // answers 407 to none and 401 to wrong ones.
    if (status->starts_with("407") || status->starts_with("401")) {
      return peer.Fail(Reason::kProxyAuth, *status);
    }
    const bool interim = status->front() == '1';  // RFC 9110 section 15.2
    if (!interim && status->front() != '2') return peer.Fail(Reason::kProxyRefused, *status);
    if (!ReadRestOfHead(peer) || !interim) return;
  }
}

}  // namespace stapling
