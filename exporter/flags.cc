#include "exporter/flags.h"

#include "exporter/check_flags.h"
#include "exporter/early_exit.h"
#include "exporter/escape.h"
#include "exporter/serve_flags.h"
#include "exporter/verify_flags.h"

namespace stapling::exporter {

Flags ParseFlags(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front().starts_with('-')) return ParseServeFlags(arguments);
  const std::string& command = arguments.front();
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (command == "serve") return ParseServeFlags(rest);
  if (command == "check") return ParseCheckFlags(rest);
  if (command == "verify") return ParseVerifyFlags(rest);
  if (command == "help") return ParseServeFlags({"--help"});
  return Mistake("",
                 "unknown command " + Quote(command) + "; the commands are serve, check, verify",
                 kServeExitUsage);
}

}  // namespace stapling::exporter
