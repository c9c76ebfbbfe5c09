// Whom servers run as that refuse to run as root.
//
// Root's tests run them as nobody; anybody else's as that user. What such a server reads or writes
// has to be handed over first.
#pragma once

#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace stapling::testing {

struct ServerAccount {
  unsigned user_id;
  unsigned group_id;
  std::string user;
  std::string group;
};

const ServerAccount& TheServerAccount();

// Runs the command as that account, without a way back to root, and ends it with its parent.
std::vector<std::string> AsServerAccount(std::vector<std::string> command);

// Makes the account the owner of a directory and of all in it, and the only one to read it.
void HandOver(const TempDir& directory);

}  // namespace stapling::testing
