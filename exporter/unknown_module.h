// What to tell somebody who named a module that is not configured, or none where there is no
// default.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stapling::exporter {

// One sentence that lists the modules there are.
std::string UnknownModuleSentence(std::string_view name, const std::vector<std::string>& known);

}  // namespace stapling::exporter
