// --config.check: what serve would say of its configuration, without serving.
#pragma once

#include <iosfwd>

#include "exporter/flags.h"

namespace stapling::exporter {

// Reads the configuration, the web configuration and every file that they name. The exit status.
int CheckConfiguration(const ServeOptions& options, std::ostream& out, std::ostream& err);

}  // namespace stapling::exporter
