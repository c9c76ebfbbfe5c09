// vsftpd. It does not staple.

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/integration/real_server.h"
#include "tests/integration/server_account.h"
#include "tests/integration/starttls_probe.h"

namespace stapling::testing {
namespace {

// `ssl`: YES or NO.
StartedServer StartVsftpd(const Site& site, const std::string& ssl) {
  std::filesystem::create_directories(site.Path("empty"));
  return RealServer::Start([&](std::uint16_t port) {
    const std::string configuration = site.directory().Write(
        "vsftpd.conf", "listen=YES\nlisten_address=127.0.0.1\nlisten_port=" + std::to_string(port) +
                           "\nbackground=NO\nrun_as_launching_user=YES\nseccomp_sandbox=NO\n"
                           "anonymous_enable=YES\nxferlog_enable=NO\nsecure_chroot_dir=" +
                           site.Path("empty") + "\nssl_enable=" + ssl + "\nrsa_cert_file=" +
                           site.ChainFile() + "\nrsa_private_key_file=" + site.KeyFile() + "\n");
    HandOver(site.directory());
    return AsServerAccount({FindProgram("vsftpd"), configuration});
  });
}

TEST(StartTlsVsftpd, GoesOverToTls) {
  const Site site;
  const auto server = StartVsftpd(site, "YES");
  ASSERT_TRUE(server) << server.error();
  ExpectHealthy(ProbeScheme(site, "ftp", (*server)->port()), "missing");
}

TEST(StartTlsVsftpd, SaysSoWhenTlsIsSwitchedOff) {
  const Site site;
  const auto server = StartVsftpd(site, "NO");
  ASSERT_TRUE(server) << server.error();
  ExpectPlainTextOnly(ProbeScheme(site, "ftp", (*server)->port()));
}

}  // namespace
}  // namespace stapling::testing
