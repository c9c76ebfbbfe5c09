// The keys of a module's cross_check section.
#pragma once

#include <span>

#include "exporter/config/key.h"

namespace stapling::exporter {

// Static storage.
std::span<const Key> CrossCheckKeys();

}  // namespace stapling::exporter
