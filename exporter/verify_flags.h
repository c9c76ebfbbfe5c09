// The flags of `verify`, taken apart.
//
// As in flags.h: reads no file and opens nothing.
#pragma once

#include <string>
#include <vector>

#include "exporter/flags.h"

namespace stapling::exporter {

// `arguments` are those after the name of the command.
Flags ParseVerifyFlags(const std::vector<std::string>& arguments);

}  // namespace stapling::exporter
