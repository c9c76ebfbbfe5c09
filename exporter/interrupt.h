// Ctrl-C, noticed rather than obeyed: from construction to destruction the first SIGINT makes a
// descriptor readable; the second one ends the program as ever.
//
// Where SIGINT was ignored already, as in a script's background, it stays so. At most one exists at
// a time.
#pragma once

#include <csignal>

#include "core/net/file_descriptor.h"

namespace stapling::exporter {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // Readable since the signal came. To be polled, not read.
  [[nodiscard]] int descriptor() const { return event_.get(); }
  [[nodiscard]] bool Came() const;

 private:
  FileDescriptor event_;
  struct sigaction before_ = {};
};

}  // namespace stapling::exporter
