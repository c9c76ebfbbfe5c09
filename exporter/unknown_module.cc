#include "exporter/unknown_module.h"

#include "exporter/escape.h"
#include "exporter/join.h"

namespace stapling::exporter {

std::string UnknownModuleSentence(std::string_view name, const std::vector<std::string>& known) {
  return (name.empty() ? "No module is named and there is no default"
                       : "There is no module " + Quote(name)) +
         "; the modules are " + Join(known, ", ") + ".";
}

}  // namespace stapling::exporter
