#include "core/http/open_stream.h"

#include <vector>

#include "core/net/connection.h"
#include "core/proxy/tunnel.h"

namespace stapling {
namespace {

// A name with many addresses must not make this a scanner.
constexpr std::size_t kMaxAddresses = 3;

using Connected = std::variant<FileDescriptor, Failure>;

Failure Denied(std::string why) { return {Phase::kResolve, Reason::kDenied, std::move(why)}; }

Resolution ResolveHost(const Url& url, const FetchSettings& settings, Deadline deadline) {
  if (url.target.address) return {.addresses = {*url.target.address}, .failure = {}};
  return Resolve(url.target.host, settings.preferred_ip_protocol, settings.ip_protocol_fallback,
                 deadline, settings.resolver);
}

Connected ConnectDirectly(const Url& url, const FetchSettings& settings, Deadline deadline) {
  const Resolution resolution = ResolveHost(url, settings, deadline);
  if (resolution.failure) return *resolution.failure;
  std::optional<Failure> failure;
  std::vector<IpAddress> allowed;
  for (const IpAddress& address : resolution.addresses) {
    if (const auto denial = settings.policy.Denial(url.target, url.port, address)) {
      if (!failure) failure = Denied(address.ToString() + ": " + *denial);
    } else if (allowed.size() < kMaxAddresses) {
      allowed.push_back(address);
    }
  }
  const auto source = IpAddress::Parse(settings.source_ip_address);
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    const auto share = deadline.Remaining() / static_cast<int>(allowed.size() - i);
    auto connected = Connect(allowed[i], url.port, source, deadline.Within(share));
    if (std::holds_alternative<FileDescriptor>(connected)) return connected;
    if (i == 0) failure = std::get<Failure>(std::move(connected));
  }
  return *failure;
}

Connected ConnectTo(const Url& url, const FetchSettings& settings, Deadline deadline) {
  if (const auto denial = settings.policy.Denial(url.target, url.port)) return Denied(*denial);
  if (!settings.proxy) return ConnectDirectly(url, settings, deadline);
  const Module module{.preferred_ip_protocol = settings.preferred_ip_protocol,
                      .ip_protocol_fallback = settings.ip_protocol_fallback,
                      .source_ip_address = settings.source_ip_address,
                      .proxy = settings.proxy};
  return ConnectThroughProxy(module, settings.policy, {url.target.host, url.port},
                             settings.resolver, deadline);
}

}  // namespace

std::variant<std::unique_ptr<Stream>, Failure> OpenStream(const Url& url,
                                                          const FetchSettings& settings,
                                                          Phase phase, Deadline deadline) {
  auto connected = ConnectTo(url, settings, deadline);
  if (auto* failure = std::get_if<Failure>(&connected)) {
    failure->phase = phase;
    return std::move(*failure);
  }
  auto& socket = std::get<FileDescriptor>(connected);
  if (!url.tls) return MakePlainStream(std::move(socket), phase, deadline);
  return MakeTlsStream(std::move(socket), {url.target.host, settings.trust_store}, phase, deadline);
}

}  // namespace stapling
