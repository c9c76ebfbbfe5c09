#include "tests/integration/server_account.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "tests/integration/real_server.h"

namespace stapling::testing {
namespace {

constexpr unsigned kNobody = 65534;

// What has no name goes by its number.
std::string UserName(unsigned id) {
  const passwd* entry = getpwuid(id);
  return entry == nullptr ? std::to_string(id) : entry->pw_name;
}

std::string GroupName(unsigned id) {
  const group* entry = getgrgid(id);
  return entry == nullptr ? std::to_string(id) : entry->gr_name;
}

ServerAccount Choose() {
  const bool root = geteuid() == 0;
  const unsigned user = root ? kNobody : geteuid();
  const unsigned group = root ? kNobody : getegid();
  return {user, group, UserName(user), GroupName(group)};
}

void Own(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  const ServerAccount& account = TheServerAccount();
  if (geteuid() == 0 && lchown(path.c_str(), account.user_id, account.group_id) != 0) return;
  if (fs::is_symlink(path)) return;
  const fs::perms mine = fs::is_directory(path) ? fs::perms::owner_all
                                                : fs::perms::owner_read | fs::perms::owner_write;
  fs::permissions(path, mine);
}

}  // namespace

const ServerAccount& TheServerAccount() {
  static const ServerAccount account = Choose();
  return account;
}

std::vector<std::string> AsServerAccount(std::vector<std::string> command) {
  const ServerAccount& account = TheServerAccount();
  std::vector<std::string> all = {FindProgram("setpriv"), "--no-new-privs", "--pdeathsig", "KILL"};
  if (geteuid() == 0) {
    all.push_back("--reuid=" + std::to_string(account.user_id));
    all.push_back("--regid=" + std::to_string(account.group_id));
    all.emplace_back("--clear-groups");
  }
  for (std::string& word : command) all.push_back(std::move(word));
  return all;
}

void HandOver(const TempDir& directory) {
  Own(directory.path());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory.path())) {
    Own(entry.path());
  }
}

}  // namespace stapling::testing
