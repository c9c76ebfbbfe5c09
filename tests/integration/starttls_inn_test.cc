// nnrpd, the part of INN that serves readers over NNTP. It does not staple.

#include <gtest/gtest.h>

#include "tests/integration/real_server.h"
#include "tests/integration/server_account.h"
#include "tests/integration/starttls_probe.h"

namespace stapling::testing {
namespace {

// What inetd does. By itself nnrpd opens no port unless a member of INN's own group runs it.
constexpr const char* kInetd = R"perl(
use IO::Socket::INET;
my $listener = IO::Socket::INET->new(LocalAddr => shift, Listen => 16) or die $@;
$SIG{CHLD} = "IGNORE";
while (my $client = $listener->accept) {
  next if fork;
  open STDIN, "<&", $client;
  open STDOUT, ">&", $client;
  exec @ARGV;
}
)perl";

// `tls`: further lines of inn.conf.
StartedServer StartNnrpd(const Site& site, const std::string& tls) {
  const ServerAccount& account = TheServerAccount();
  const std::string directory = site.directory().path().string();
  const std::string configuration = site.directory().Write(
      "inn.conf",
      "domain: leaf.test\nmta: \"/bin/false\"\nhismethod: hisv6\n"
      "nnrpdloadlimit: 0\nenableoverview: true\novmethod: tradindexed\n"
      "pathnews: /usr/lib/news\nrunasuser: " +
          account.user + "\nrunasgroup: " + account.group + "\npathdb: " + directory +
          "\npathetc: " + directory + "\npathrun: " + directory + "\npathtmp: " + directory +
          "\npathlog: " + directory + "\npathspool: " + directory + "\npathoverview: " + directory +
          "\n" + tls);
  site.directory().Write("readers.conf",
                         "auth all { hosts: \"*\" default: \"<anybody>\" }\n"
                         "access all { users: \"*\" newsgroups: \"*\" }\n");
  site.directory().Write("storage.conf", "method trash {\n  newsgroups: *\n  class: 0\n}\n");
  site.directory().Write("active", "control 0000000000 0000000001 n\n");
  site.directory().Write("group.index", "");
  HandOver(site.directory());
  return RealServer::Start([&](std::uint16_t port) {
    return AsServerAccount({FindProgram("env"), "INNCONF=" + configuration, FindProgram("perl"),
                            "-e", kInetd, "127.0.0.1:" + std::to_string(port),
                            "/usr/lib/news/bin/nnrpd"});
  });
}

TEST(StartTlsInn, GoesOverToTls) {
  const Site site;
  const auto server =
      StartNnrpd(site, "tlscertfile: " + site.ChainFile() + "\ntlskeyfile: " + site.KeyFile() +
                           "\ntlscafile: " + site.CaFile() + "\n");
  ASSERT_TRUE(server) << server.error();
  ExpectHealthy(ProbeScheme(site, "nntp", (*server)->port()), "missing");
}

// It offers TLS even so, and says 580 to whoever asks for it.
TEST(StartTlsInn, RefusesWithoutItsCertificate) {
  const Site site;
  const auto server = StartNnrpd(site, "");
  ASSERT_TRUE(server) << server.error();
  ExpectRefusal(site, "nntp", (*server)->port(), "580 Error initializing TLS");
}

}  // namespace
}  // namespace stapling::testing
