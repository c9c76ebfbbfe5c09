// PostgreSQL. It does not staple.

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/integration/real_server.h"
#include "tests/integration/server_account.h"
#include "tests/integration/starttls_probe.h"

namespace stapling::testing {
namespace {

// Debian keeps the programs of each release in a directory of its own. The name itself if there is
// none.
std::string FindPostgresProgram(const std::string& name) {
  const std::filesystem::path releases = "/usr/lib/postgresql";
  if (!std::filesystem::is_directory(releases)) return name;
  for (const auto& release : std::filesystem::directory_iterator(releases)) {
    const std::filesystem::path program = release.path() / "bin" / name;
    if (std::filesystem::exists(program)) return program.string();
  }
  return name;
}

Result<ProcessResult> InitializeCluster(const Site& site) {
  HandOver(site.directory());
  return RunProcess(
      {.arguments = AsServerAccount({FindPostgresProgram("initdb"), "--no-sync", "--no-locale",
                                     "--auth=trust", "--pgdata=" + site.Path("cluster")})});
}

StartedServer StartPostgres(const Site& site, const std::string& ssl) {
  return RealServer::Start([&](std::uint16_t port) {
    return AsServerAccount({FindPostgresProgram("postgres"), "-D", site.Path("cluster"), "-F",  //
                            "-c", "listen_addresses=127.0.0.1",                                 //
                            "-c", "port=" + std::to_string(port),                               //
                            "-c", "unix_socket_directories=",                                   //
                            "-c", "ssl=" + ssl,                                                 //
                            "-c", "ssl_cert_file=" + site.ChainFile(),                          //
                            "-c", "ssl_key_file=" + site.KeyFile()});
  });
}

TEST(StartTlsPostgres, GoesOverToTlsUnlessItIsSwitchedOff) {
  const Site site;
  const auto initialized = InitializeCluster(site);
  ASSERT_TRUE(initialized) << initialized.error();
  ASSERT_EQ(initialized->exit_status, 0) << initialized->errors;

  auto server = StartPostgres(site, "on");
  ASSERT_TRUE(server) << server.error();
  ExpectHealthy(ProbeScheme(site, "postgres", (*server)->port()), "missing");

  server = Error{"stopped"};
  server = StartPostgres(site, "off");
  ASSERT_TRUE(server) << server.error();
  ExpectPlainTextOnly(ProbeScheme(site, "postgres", (*server)->port()));
}

}  // namespace
}  // namespace stapling::testing
