// Prosody, which serves XMPP to clients and to other servers. It does not staple.

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/integration/real_server.h"
#include "tests/integration/server_account.h"
#include "tests/integration/starttls_probe.h"
#include "tests/support/free_port.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

class Prosody {
 public:
  // `tls`: the module that offers it, or nothing.
  Prosody(const Site& site, const std::string& tls) : server_(Start(site, tls)) {}

  [[nodiscard]] const StartedServer& server() const { return server_; }
  [[nodiscard]] std::uint16_t client_port() const { return client_port_; }
  [[nodiscard]] std::uint16_t server_port() const { return server_port_; }
  // It opens its ports one after the other.
  [[nodiscard]] bool Ready() const {
    return WaitForPort(client_port_) && WaitForPort(server_port_);
  }

 private:
  StartedServer Start(const Site& site, const std::string& tls);

  std::uint16_t client_port_ = 0;
  std::uint16_t server_port_ = 0;
  StartedServer server_;
};

StartedServer Prosody::Start(const Site& site, const std::string& tls) {
  std::filesystem::create_directories(site.Path("data"));
  return RealServer::Start([&](std::uint16_t port) {
    client_port_ = port;
    server_port_ = FreePort();
    const std::string configuration = site.directory().Write(
        "prosody.cfg.lua",
        "data_path = \"" + site.Path("data") + "\"\npidfile = \"" + site.Path("prosody.pid") +
            "\"\nmodules_enabled = { \"saslauth\", \"dialback\", " + tls +
            " }\ninterfaces = { \"127.0.0.1\" }\nc2s_ports = { " + std::to_string(client_port_) +
            " }\ns2s_ports = { " + std::to_string(server_port_) +
            " }\nc2s_direct_tls_ports = {}\ns2s_direct_tls_ports = {}\n"
            "c2s_require_encryption = false\ns2s_require_encryption = false\n"
            "ssl = { certificate = \"" +
            site.ChainFile() + "\", key = \"" + site.KeyFile() +
            "\" }\nlog = { warn = \"*console\" }\n"
            "VirtualHost \"leaf.test\"\n");
    HandOver(site.directory());
    return AsServerAccount({FindProgram("prosody"), "--config", configuration, "-F"});
  });
}

TEST(StartTlsProsody, GoesOverToTlsForClientsAndServers) {
  const Site site;
  const Prosody prosody(site, "\"tls\"");
  ASSERT_TRUE(prosody.server()) << prosody.server().error();
  ASSERT_TRUE(prosody.Ready());
  ExpectHealthy(ProbeScheme(site, "xmpp_client", prosody.client_port()), "missing");
  ExpectHealthy(ProbeScheme(site, "xmpp_server", prosody.server_port()), "missing");
}

TEST(StartTlsProsody, OffersNoTlsWithoutItsModule) {
  const Site site;
  const Prosody prosody(site, "");
  ASSERT_TRUE(prosody.server()) << prosody.server().error();
  ASSERT_TRUE(prosody.Ready());
  ExpectPlainTextOnly(ProbeScheme(site, "xmpp_client", prosody.client_port()));
  ExpectPlainTextOnly(ProbeScheme(site, "xmpp_server", prosody.server_port()));
}

}  // namespace
}  // namespace stapling::testing
