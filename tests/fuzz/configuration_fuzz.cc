// A configuration file: what is taken prints to a file that means the same; what is refused is
// refused in one line that begins with the file's name.
#include "exporter/config/configuration.h"
#include "tests/fuzz/fuzz.h"

using stapling::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string yaml(stapling::fuzz::TextOf(data, size));
  auto configuration = stapling::exporter::ParseConfiguration(yaml, "/fuzz.yml");
  if (!configuration) {
    Require(configuration.error().starts_with("/fuzz.yml"), "an error names the file");
    Require(configuration.error().find('\n') == std::string::npos, "an error is one line");
    return 0;
  }
  Require(!configuration->modules.empty(), "there is a module");
  // A password is not printed: what hides one is not read again.
  for (stapling::Module& module : configuration->modules) {
    if (module.proxy && !module.proxy->password.empty()) module.proxy.reset();
  }
  const auto again = stapling::exporter::ParseConfiguration(
      stapling::exporter::PrintYaml(*configuration), "/fuzz.yml");
  Require(again.ok(), "what is printed is a configuration");
  Require(*again == *configuration, "the same configuration");
  return 0;
}
