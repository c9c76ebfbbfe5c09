#include "exporter/unknown_module.h"

#include "exporter/escape.h"

namespace stapling::exporter {

std::string UnknownModuleSentence(std::string_view name, const std::vector<std::string>& known) {
  std::string list;
  for (const std::string& module : known) list += (list.empty() ? "" : ", ") + module;
  return (name.empty() ? "No module is named and there is no default"
                       : "There is no module " + Quote(name)) +
         "; the modules are " + list + ".";
}

}  // namespace stapling::exporter
