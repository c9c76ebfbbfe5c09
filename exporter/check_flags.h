// The flags of `check`, taken apart.
//
// As in flags.h: reads no file and opens nothing.
#pragma once

#include <string>
#include <vector>

#include "exporter/flags.h"

namespace stapling::exporter {

// `arguments` are those after the name of the command.
Flags ParseCheckFlags(const std::vector<std::string>& arguments);

}  // namespace stapling::exporter
