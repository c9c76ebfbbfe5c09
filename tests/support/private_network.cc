#include "tests/support/private_network.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "tests/support/socket.h"

namespace stapling::testing {
namespace {

Error ErrnoOf(const std::string& what) { return Error{what + ": " + std::strerror(errno)}; }

// In a user namespace this user becomes its root.
void MapToRoot(uid_t user, gid_t group) {
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
  std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
}

std::string NameServer() {
  std::ifstream file("/etc/resolv.conf");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string key;
    std::string address;
    words >> key >> address;
    in_addr parsed{};
    if (key == "nameserver" && inet_pton(AF_INET, address.c_str(), &parsed) == 1) return address;
  }
  return "127.0.0.1";  // what a resolver does without one (resolv.conf(5))
}

bool BringUpLoopback(const Socket& socket) {
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  return ioctl(socket.get(), SIOCSIFFLAGS, &request) == 0;
}

// Loopback answers for this address, too. Those of 127.0.0.0/8 it has.
bool GiveLoopback(const Socket& socket, const std::string& address) {
  sockaddr_in wanted{};
  wanted.sin_family = AF_INET;
  inet_pton(AF_INET, address.c_str(), &wanted.sin_addr);
  if (ntohl(wanted.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET) return true;
  ifreq request{};
  std::strcpy(request.ifr_name, "lo:1");
  std::memcpy(&request.ifr_addr, &wanted, sizeof wanted);
  return ioctl(socket.get(), SIOCSIFADDR, &request) == 0;
}

}  // namespace

Result<std::string> EnterPrivateNetwork() {
  const uid_t user = geteuid();
  const gid_t group = getegid();
  if (unshare(CLONE_NEWNET | (user == 0 ? 0 : CLONE_NEWUSER)) != 0) return ErrnoOf("unshare");
  if (user != 0) MapToRoot(user, group);
  const Socket socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!BringUpLoopback(socket)) return ErrnoOf("loopback");
  std::string name_server = NameServer();
  if (!GiveLoopback(socket, name_server)) return ErrnoOf(name_server + " on loopback");
  return name_server;
}

}  // namespace stapling::testing
