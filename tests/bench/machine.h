// What the figures were taken on: they mean nothing without it.
#pragma once

#include "tests/bench/settings.h"

namespace stapling::bench {

// Prints the date, the machine and how busy it is, and what versions take part.
void PrintMachine(const Settings& settings);

}  // namespace stapling::bench
