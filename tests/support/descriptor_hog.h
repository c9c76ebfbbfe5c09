// Takes every descriptor that this process has left, until it goes out of scope.
//
// The undefined-behaviour sanitizer's check of virtual calls opens a pipe, and reports every object
// as broken when it cannot: not for what is built with it.
#pragma once

#include <fcntl.h>

#include <cstddef>
#include <utility>
#include <vector>

#include "core/net/file_descriptor.h"

namespace stapling::testing {

class DescriptorHog {
 public:
  explicit DescriptorHog(std::size_t spare) {
    for (;;) {
      FileDescriptor descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC));
      if (!descriptor) break;
      held_.push_back(std::move(descriptor));
    }
    held_.resize(held_.size() - spare);
  }

 private:
  std::vector<FileDescriptor> held_;
};

}  // namespace stapling::testing
