// What the flags of a check ask for, made ready before the first probe.
//
// Reads files; resolves and probes nothing. Every error is one sentence for the command line.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "exporter/config/configuration.h"
#include "exporter/runtime.h"

namespace stapling::exporter {

struct CheckOptions;

// The module that a target is probed with: `name`, else that of --module, else the default one.
// Lives as long as the configuration.
Result<const Module*> FindModule(const Configuration& configuration, const CheckOptions& options,
                                 const std::string& name);

// Each module once, in the order of its first target; of a million targets, too.
std::vector<Module> WithoutRepetition(const std::vector<const Module*>& module_of);

// Of these modules alone, as the options change them: what is wrong with the others is none of the
// check's business.
Result<std::shared_ptr<const Runtime>> MakeRuntime(std::vector<Module> modules,
                                                   const TargetPolicy& targets,
                                                   const CheckOptions& options);

// What is wrong with --hostname.
std::optional<Error> WrongHostname(const CheckOptions& options);

}  // namespace stapling::exporter
