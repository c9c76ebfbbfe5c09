#include "core/net/resolver.h"

#include <ares.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include "core/net/file_descriptor.h"

namespace stapling {
namespace {

struct ChannelDeleter {
  void operator()(ares_channeldata* channel) const { ares_destroy(channel); }
};
using Channel = std::unique_ptr<ares_channeldata, ChannelDeleter>;

struct AddressInfoDeleter {
  void operator()(ares_addrinfo* info) const { ares_freeaddrinfo(info); }
};
using AddressInfo = std::unique_ptr<ares_addrinfo, AddressInfoDeleter>;

// c-ares asks for this once before the first channel; it is never undone.
bool LibraryIsReady() {
  static const bool ready = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS;
  return ready;
}

Failure ResolveFailure(Reason reason, std::string detail) {
  return {Phase::kResolve, reason, std::move(detail)};
}

Reason ReasonOfStatus(int status) {
  switch (status) {
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
    case ARES_EBADNAME:
      return Reason::kNotFound;
    case ARES_ETIMEOUT:
    case ARES_ECANCELLED:
      return Reason::kTimeout;
    case ARES_ENOMEM:
      return Reason::kResources;
    default:
      return Reason::kDnsError;
  }
}

// c-ares takes a file that it cannot open for one that is not there, and a socket that it does not
// get for a server that does not answer.
bool HasDescriptors() {
  return static_cast<bool>(FileDescriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)));
}

Channel OpenChannel(const ResolverSettings& settings) {
  if (!LibraryIsReady()) return nullptr;
  ares_options options{};
  options.timeout = 1000;  // milliseconds to a first answer; each further try waits longer
  options.tries = 4;
  ares_channel channel = nullptr;
  if (ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES) != ARES_SUCCESS) {
    return nullptr;
  }
  Channel owner(channel);
  if (!settings.servers.empty() &&
      ares_set_servers_ports_csv(channel, settings.servers.c_str()) != ARES_SUCCESS) {
    return nullptr;
  }
  return owner;
}

struct Answer {
  bool done = false;
  int status = ARES_SUCCESS;
  std::vector<IpAddress> addresses;
};

void Take(const ares_addrinfo& info, std::vector<IpAddress>& addresses) {
  for (const ares_addrinfo_node* node = info.nodes; node != nullptr; node = node->ai_next) {
    const auto address = IpAddress::From(*node->ai_addr);
    if (address && std::ranges::find(addresses, *address) == addresses.end()) {
      addresses.push_back(*address);
    }
  }
}

// No exception may pass through c-ares, which calls this.
void OnAnswer(void* argument, int status, int /*timeouts*/, ares_addrinfo* info) {
  auto& answer = *static_cast<Answer*>(argument);
  answer.done = true;
  answer.status = status;
  if (info == nullptr) return;
  const AddressInfo owner(info);
  try {
    Take(*info, answer.addresses);
  } catch (const std::bad_alloc&) {
    answer.status = ARES_ENOMEM;
    answer.addresses.clear();
  }
}

// Waits for c-ares' sockets, its own retry timer or the deadline, whichever comes first.
void PollOnce(ares_channel channel, Deadline deadline) {
  std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
  const auto bits = static_cast<unsigned>(
      ares_getsock(channel, sockets.data(), static_cast<int>(sockets.size())));
  std::array<pollfd, ARES_GETSOCK_MAXNUM + 1> entries{};
  nfds_t count = 0;
  for (unsigned i = 0; i < sockets.size(); ++i) {
    short events = 0;
    if (ARES_GETSOCK_READABLE(bits, i)) events |= POLLIN;
    if (ARES_GETSOCK_WRITABLE(bits, i)) events |= POLLOUT;
    if (events == 0) continue;
    entries.at(count++) = {.fd = sockets.at(i), .events = events, .revents = 0};
  }
  timeval retry{};
  int wait = deadline.PollMilliseconds();
  if (ares_timeout(channel, nullptr, &retry) != nullptr) {
    wait = std::min(wait, static_cast<int>(retry.tv_sec * 1000 + retry.tv_usec / 1000 + 1));
  }
  entries.at(count) = deadline.CallOffEntry();
  const int ready = poll(entries.data(), count + 1, wait);
  if (ready <= 0) {
    ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // lets its timers run
    return;
  }
  for (nfds_t i = 0; i < count; ++i) {
    const auto seen = static_cast<unsigned short>(entries.at(i).revents);
    if (seen == 0) continue;
    const bool readable = (seen & static_cast<unsigned short>(~POLLOUT)) != 0;
    const bool writable = (seen & static_cast<unsigned short>(~POLLIN)) != 0;
    ares_process_fd(channel, readable ? entries.at(i).fd : ARES_SOCKET_BAD,
                    writable ? entries.at(i).fd : ARES_SOCKET_BAD);
  }
}

Resolution Ask(const std::string& host, int family, Deadline deadline,
               const ResolverSettings& settings) {
  Resolution resolution;
  const Channel channel = OpenChannel(settings);
  if (!channel) {
    resolution.failure = ResolveFailure(Reason::kResources, "no DNS channel could be opened");
    return resolution;
  }
  Answer answer;
  ares_addrinfo_hints hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = ARES_AI_NOSORT;
  ares_getaddrinfo(channel.get(), host.c_str(), nullptr, &hints, OnAnswer, &answer);
  while (!answer.done && !deadline.Passed()) PollOnce(channel.get(), deadline);
  if (!answer.done) ares_cancel(channel.get());  // runs OnAnswer

  resolution.addresses = std::move(answer.addresses);
  if (answer.status != ARES_SUCCESS && !HasDescriptors()) {
    resolution.failure = ResolveFailure(Reason::kResources, "no descriptor was left for DNS");
  } else if (answer.status != ARES_SUCCESS) {
    resolution.failure =
        ResolveFailure(ReasonOfStatus(answer.status), ares_strerror(answer.status));
  } else if (resolution.addresses.empty()) {
    resolution.failure = ResolveFailure(Reason::kNotFound, "the name has no address");
  }
  return resolution;
}

bool IsLocalhost(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host == "localhost" || host.ends_with(".localhost");
}

}  // namespace

Resolution Resolve(const std::string& host, IpProtocol preferred, bool fallback, Deadline deadline,
                   const ResolverSettings& settings) {
  const bool ip6_first = preferred == IpProtocol::kIp6;
  if (IsLocalhost(host)) {
    return {.addresses = {*IpAddress::Parse(ip6_first ? "::1" : "127.0.0.1")}, .failure = {}};
  }
  Resolution first = Ask(host, ip6_first ? AF_INET6 : AF_INET, deadline, settings);
  const bool none_there = first.failure && first.failure->reason == Reason::kNotFound;
  if (!none_there || !fallback) return first;
  Resolution second = Ask(host, ip6_first ? AF_INET : AF_INET6, deadline, settings);
  const bool neither = second.failure && second.failure->reason == Reason::kNotFound;
  return neither ? first : second;
}

Resolution ResolveAll(const std::string& host, IpProtocol preferred, Deadline deadline,
                      const ResolverSettings& settings) {
  const auto other = preferred == IpProtocol::kIp4 ? IpProtocol::kIp6 : IpProtocol::kIp4;
  Resolution all = Resolve(host, preferred, false, deadline, settings);
  Resolution more =
      Resolve(host, other, false, deadline.Within(deadline.Remaining() / 2), settings);
  all.addresses.insert(all.addresses.end(), more.addresses.begin(), more.addresses.end());
  const bool not_found = all.failure && all.failure->reason == Reason::kNotFound;
  if (!all.addresses.empty()) {
    all.failure.reset();
  } else if (not_found) {
    all.failure = std::move(more.failure);  // it may know more than that
  }
  return all;
}

}  // namespace stapling
