#include "tests/support/private_network.h"

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "tests/support/socket.h"

namespace stapling::testing {
namespace {

Error ErrnoOf(const std::string& what) { return Error{what + ": " + std::strerror(errno)}; }

bool BringUpLoopback() {
  const Socket socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  return ioctl(socket.get(), SIOCSIFFLAGS, &request) == 0;
}

// In a user namespace this user becomes its root.
void MapToRoot(uid_t user, gid_t group) {
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
  std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
}

}  // namespace

Result<bool> EnterPrivateNetwork(const std::string& resolv_conf) {
  const uid_t user = geteuid();
  const gid_t group = getegid();
  const int more = user == 0 ? 0 : CLONE_NEWUSER;
  if (unshare(CLONE_NEWNET | CLONE_NEWNS | more) != 0) return ErrnoOf("unshare");
  if (user != 0) MapToRoot(user, group);
  if (!BringUpLoopback()) return ErrnoOf("loopback");
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return ErrnoOf("private /");
  // What lies there may be the file of an earlier private network, gone by now: nothing could be
  // mounted on that.
  umount2("/etc/resolv.conf", MNT_DETACH);
  if (mount(resolv_conf.c_str(), "/etc/resolv.conf", nullptr, MS_BIND, nullptr) != 0) {
    return ErrnoOf("mount of resolv.conf");
  }
  return true;
}

}  // namespace stapling::testing
