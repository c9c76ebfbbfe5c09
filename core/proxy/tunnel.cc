#include "core/proxy/tunnel.h"

#include "core/net/connection.h"
#include "core/net/conversation.h"
#include "core/proxy/dialects.h"

namespace stapling {
namespace {

Failure InPhaseProxy(Failure failure) {
  failure.phase = Phase::kProxy;
  return failure;
}

Resolution ResolveProxy(const Module& module, const ResolverSettings& resolver, Deadline deadline) {
  if (const auto address = IpAddress::Parse(module.proxy->host)) {
    return {.addresses = {*address}, .failure = {}};
  }
  return Resolve(module.proxy->host, module.preferred_ip_protocol, module.ip_protocol_fallback,
                 deadline, resolver);
}

}  // namespace

std::optional<Failure> OpenTunnel(int socket, const Proxy& proxy, const Destination& destination,
                                  Deadline deadline) {
  Conversation peer(socket, Phase::kProxy, deadline);
  switch (proxy.kind) {
    case ProxyKind::kHttp:
      NegotiateHttpConnect(peer, proxy, destination);
      break;
    case ProxyKind::kSocks5:
      NegotiateSocks5(peer, proxy, destination);
      break;
  }
  return peer.failure();
}

std::variant<FileDescriptor, Failure> ConnectThroughProxy(const Module& module,
                                                          const TargetPolicy& policy,
                                                          const Destination& destination,
                                                          const ResolverSettings& resolver,
                                                          Deadline deadline) {
  const Resolution resolution = ResolveProxy(module, resolver, deadline);
  if (resolution.failure) return InPhaseProxy(*resolution.failure);
  const auto source = IpAddress::Parse(module.source_ip_address);
  std::optional<Failure> failure;
  const Proxy& proxy = *module.proxy;
  const Target as_target{.host = proxy.host, .address = IpAddress::Parse(proxy.host)};
  for (const IpAddress& address : resolution.addresses) {
    if (const auto denial = policy.Denial(as_target, proxy.port, address)) {
      const std::string why = "the proxy's address " + address.ToString() + ": " + *denial;
      if (!failure) failure = Failure{Phase::kProxy, Reason::kDenied, why};
      continue;
    }
    auto connected = Connect(address, module.proxy->port, source, deadline);
    if (auto* refusal = std::get_if<Failure>(&connected)) {
      if (!failure) failure = InPhaseProxy(std::move(*refusal));
      continue;
    }
    auto& socket = std::get<FileDescriptor>(connected);
    failure = OpenTunnel(socket.get(), *module.proxy, destination, deadline);
    if (failure) break;
    return std::move(socket);
  }
  return *failure;
}

}  // namespace stapling
