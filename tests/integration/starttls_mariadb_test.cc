// MariaDB. It does not staple.

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/integration/real_server.h"
#include "tests/integration/server_account.h"
#include "tests/integration/starttls_probe.h"

namespace stapling::testing {
namespace {

// Of an empty directory: whoever skips the tables of privileges needs no tables at all.
StartedServer StartMariadb(const Site& site, const std::vector<std::string>& tls) {
  std::filesystem::create_directories(site.Path("data"));
  HandOver(site.directory());
  return RealServer::Start([&](std::uint16_t port) {
    std::vector<std::string> command = {FindProgram("mariadbd"),
                                        "--no-defaults",
                                        "--skip-grant-tables",
                                        "--innodb=OFF",
                                        "--default-storage-engine=MyISAM",
                                        "--bind-address=127.0.0.1",
                                        "--port=" + std::to_string(port),
                                        "--datadir=" + site.Path("data"),
                                        "--socket=" + site.Path("socket"),
                                        "--pid-file=" + site.Path("pid")};
    command.insert(command.end(), tls.begin(), tls.end());
    return AsServerAccount(command);
  });
}

TEST(StartTlsMariadb, GoesOverToTls) {
  const Site site;
  const auto server =
      StartMariadb(site, {"--ssl-cert=" + site.ChainFile(), "--ssl-key=" + site.KeyFile()});
  ASSERT_TRUE(server) << server.error();
  ExpectHealthy(ProbeScheme(site, "mysql", (*server)->port()), "missing");
}

TEST(StartTlsMariadb, SaysSoWhenTlsIsSwitchedOff) {
  const Site site;
  const auto server = StartMariadb(site, {"--skip-ssl"});
  ASSERT_TRUE(server) << server.error();
  ExpectPlainTextOnly(ProbeScheme(site, "mysql", (*server)->port()));
}

}  // namespace
}  // namespace stapling::testing
