// The keys of a module, once each: how a value is read and how it is printed.
//
// A new key is a new row. What prints a secret must print <secret> instead: nothing else stands
// between a module and /config.
#pragma once

#include <string>

#include "core/module.h"
#include "exporter/config/yaml_reader.h"

namespace stapling::exporter {

// Reads one entry of `modules`. Throws YamlError. Relative file names are relative to `directory`.
Module ReadModule(const YamlEntry& entry, const std::string& directory);

// Every key on a line of its own, indented by `indent`.
std::string PrintModule(const Module& module, const std::string& indent);

}  // namespace stapling::exporter
