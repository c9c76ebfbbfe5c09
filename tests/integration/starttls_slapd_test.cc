// OpenLDAP's slapd. It does not staple.

#include <gtest/gtest.h>

#include "tests/integration/real_server.h"
#include "tests/integration/server_account.h"
#include "tests/integration/starttls_probe.h"

namespace stapling::testing {
namespace {

// A server without a database answers what it is asked for here.
StartedServer StartSlapd(const Site& site, const std::string& tls) {
  const std::string configuration =
      site.directory().Write("slapd.conf", "pidfile " + site.Path("slapd.pid") + "\n" + tls);
  HandOver(site.directory());
  return RealServer::Start([&](std::uint16_t port) {
    return AsServerAccount({FindProgram("slapd"), "-f", configuration, "-h",
                            "ldap://127.0.0.1:" + std::to_string(port), "-d", "0"});
  });
}

TEST(StartTlsSlapd, GoesOverToTls) {
  const Site site;
  const auto server = StartSlapd(site, "TLSCertificateFile " + site.ChainFile() +
                                           "\nTLSCertificateKeyFile " + site.KeyFile() + "\n");
  ASSERT_TRUE(server) << server.error();
  ExpectHealthy(ProbeScheme(site, "ldap", (*server)->port()), "missing");
}

TEST(StartTlsSlapd, HasNoTlsWithoutACertificate) {
  const Site site;
  const auto server = StartSlapd(site, "");
  ASSERT_TRUE(server) << server.error();
  ExpectPlainTextOnly(ProbeScheme(site, "ldap", (*server)->port()));
}

}  // namespace
}  // namespace stapling::testing
