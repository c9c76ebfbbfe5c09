// Dovecot, which serves IMAP, POP3, ManageSieve and LMTP. It does not staple.

#include <gtest/gtest.h>

#include <array>

#include "tests/integration/real_server.h"
#include "tests/integration/server_account.h"
#include "tests/integration/starttls_probe.h"
#include "tests/support/free_port.h"

namespace stapling::testing {
namespace {

struct Service {
  std::string scheme;
  std::string process;  // that listens
  std::string second_listener;
  std::uint16_t port = 0;
};

std::string ServiceText(const Service& service) {
  std::string text = "service " + service.process +
                     " {\n  chroot =\n  user = " + TheServerAccount().user + "\n  inet_listener " +
                     service.scheme + " {\n    port = " + std::to_string(service.port) + "\n  }\n";
  if (!service.second_listener.empty()) {
    text += "  inet_listener " + service.second_listener + " {\n    port = 0\n  }\n";
  }
  return text + "}\n";
}

class Dovecot {
 public:
  // `ssl`: yes or no.
  Dovecot(const Site& site, const std::string& ssl) : server_(Start(site, ssl)) {}

  [[nodiscard]] const StartedServer& server() const { return server_; }
  [[nodiscard]] const std::array<Service, 4>& services() const { return services_; }

 private:
  StartedServer Start(const Site& site, const std::string& ssl);

  std::array<Service, 4> services_ = {{{"imap", "imap-login", "imaps"},
                                       {"pop3", "pop3-login", "pop3s"},
                                       {"sieve", "managesieve-login", ""},
                                       {"lmtp", "lmtp", ""}}};
  StartedServer server_;
};

StartedServer Dovecot::Start(const Site& site, const std::string& ssl) {
  const ServerAccount& account = TheServerAccount();
  return RealServer::Start([&](std::uint16_t port) {
    std::string configuration =
        "protocols = imap pop3 sieve lmtp\nlisten = 127.0.0.1\nlog_path = /dev/stderr\n"
        "base_dir = " +
        site.Path("run") + "\nstate_dir = " + site.Path("run") +
        "\ndefault_internal_user = " + account.user +
        "\ndefault_internal_group = " + account.group + "\ndefault_login_user = " + account.user +
        "\nssl = " + ssl + "\nssl_cert = <" + site.ChainFile() + "\nssl_key = <" + site.KeyFile() +
        "\nservice anvil {\n  chroot =\n}\n"
        // It serves nobody before it could check a password.
        "passdb {\n  driver = static\n  args = nopassword=y\n}\n"
        "userdb {\n  driver = static\n  args = uid=" +
        std::to_string(account.user_id) + " gid=" + std::to_string(account.group_id) +
        " home=/nonexistent\n}\n";
    for (Service& service : services_) {
      service.port = &service == services_.data() ? port : FreePort();
      configuration += ServiceText(service);
    }
    const std::string file = site.directory().Write("dovecot.conf", configuration);
    HandOver(site.directory());
    return AsServerAccount({FindProgram("dovecot"), "-F", "-c", file});
  });
}

TEST(StartTlsDovecot, GoesOverToTlsInEachOfItsProtocols) {
  const Site site;
  const Dovecot dovecot(site, "yes");
  ASSERT_TRUE(dovecot.server()) << dovecot.server().error();
  for (const Service& service : dovecot.services()) {
    SCOPED_TRACE(service.scheme);
    ExpectHealthy(ProbeScheme(site, service.scheme, service.port), "missing");
  }
}

TEST(StartTlsDovecot, SaysSoWhenTlsIsSwitchedOff) {
  const Site site;
  const Dovecot dovecot(site, "no");
  ASSERT_TRUE(dovecot.server()) << dovecot.server().error();
  for (const Service& service : dovecot.services()) {
    SCOPED_TRACE(service.scheme);
    ExpectPlainTextOnly(ProbeScheme(site, service.scheme, service.port));
  }
}

}  // namespace
}  // namespace stapling::testing
