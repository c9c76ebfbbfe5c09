#include "deploy/demo/running_fleet.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <utility>

#include "tests/support/socket.h"
#include "tests/support/tls_session.h"

namespace stapling::demo {
namespace {

using std::chrono::sys_seconds;
using testing::Certificate;
using testing::ConnectionPool;
using testing::Socket;
using testing::Staples;
using testing::TlsConnection;

constexpr std::size_t kMaxConnections = 64;  // of one server at once; further ones wait
constexpr timeval kClientPatience{.tv_sec = 30, .tv_usec = 0};

sys_seconds Now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// OpenSSL 3.0 staples for the leaf alone; GnuTLS for every certificate.
void ServeConnection(const Socket& socket, const std::vector<Certificate>& chain,
                     const Staples& staples, SSL_CTX& context) {
  const auto forget = [](const TlsConnection&) {};
  setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &kClientPatience, sizeof kClientPatience);
  if (staples.size() > 1) {
    testing::ServeWithGnuTls(socket.get(), chain, staples, {}, forget);
  } else {
    testing::ServeWithOpenSsl(socket.get(), context, staples, {}, forget);
  }
}

Result<std::unique_ptr<ConnectionPool>> StartServer(const DemoServer& server, const DemoPki& pki,
                                                    RevocationService& revocation,
                                                    std::uint16_t port) {
  Result<Socket> listener = testing::ListenTcp(kAddress, port);
  if (!listener) return Error{listener.error()};
  std::vector<Certificate> chain = server.chain(pki);
  revocation.Add(chain.front(), pki.intermediate, server.ca_says);
  std::shared_ptr<SSL_CTX> context = testing::MakeServerContext(chain, {});
  if (context == nullptr) return Error{"its certificate does not fit its private key"};
  auto serve = [&server, &pki, chain = std::move(chain), context = std::move(context)](
                   const Socket& socket, std::size_t /*number*/) {
    ServeConnection(socket, chain, server.staples(pki, chain.front(), Now()), *context);
  };
  return std::make_unique<ConnectionPool>(std::move(listener).value(), kMaxConnections,
                                          std::move(serve));
}

}  // namespace

RunningFleet::RunningFleet(std::unique_ptr<RevocationService> revocation)
    : revocation_(std::move(revocation)),
      pki_(Now(), {.responder = revocation_->ResponderUrl(), .crl = revocation_->CrlUrl()}) {}

Result<std::unique_ptr<RunningFleet>> RunningFleet::Start(std::uint16_t base_port) {
  auto revocation = RevocationService::Start();
  if (!revocation) return Error{revocation.error()};
  std::unique_ptr<RunningFleet> fleet(new RunningFleet(std::move(revocation).value()));
  std::uint16_t port = base_port;
  for (const DemoServer& server : DemoServers()) {
    auto started = StartServer(server, fleet->pki_, *fleet->revocation_, port);
    if (!started) {
      return Error{"the server \"" + std::string(server.name) +
                   "\" cannot start: " + started.error()};
    }
    fleet->servers_.push_back(std::move(started).value());
    if (base_port != 0) ++port;
  }
  return fleet;
}

std::vector<std::string> RunningFleet::Addresses() const {
  std::vector<std::string> addresses;
  addresses.reserve(servers_.size());
  for (const auto& server : servers_)
    addresses.push_back(testing::HostPort(kAddress, server->port()));
  return addresses;
}

}  // namespace stapling::demo
