// /config: the configuration in use as YAML, without secrets.
#pragma once

#include "exporter/config/configuration.h"
#include "exporter/http/message.h"

namespace stapling::exporter {

Response ConfigPage(const Configuration& configuration);

}  // namespace stapling::exporter
