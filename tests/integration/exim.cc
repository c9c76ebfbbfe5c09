#include "tests/integration/exim.h"

#include "tests/integration/server_account.h"

namespace stapling::testing {

StartedServer StartExim(const Site& site, const std::string& tls) {
  const ServerAccount& account = TheServerAccount();
  return RealServer::Start([&](std::uint16_t port) {
    const std::string configuration = site.directory().Write(
        "exim.conf", "exim_user = " + account.user + "\nexim_group = " + account.group +
                         "\nprimary_hostname = leaf.test\nkeep_environment =\n"
                         "spool_directory = " +
                         site.Path("spool") + "\nlog_file_path = " + site.Path("exim-%s.log") +
                         "\nlocal_interfaces = 127.0.0.1\ndaemon_smtp_ports = " +
                         std::to_string(port) + "\n" + tls);
    HandOver(site.directory());
    return AsServerAccount({FindProgram("exim4"), "-C", configuration, "-bdf"});
  });
}

std::string EximTls(const Site& site) {
  return "tls_advertise_hosts = *\ntls_certificate = " + site.ChainFile() +
         "\ntls_privatekey = " + site.KeyFile() + "\n";
}

std::string EximStapling(const Site& site, const OcspResponseSpec& response) {
  return EximTls(site) +
         "tls_ocsp_file = " + site.WriteBytes("staple.der", BuildOcspResponse(response)) + "\n";
}

}  // namespace stapling::testing
