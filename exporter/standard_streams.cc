#include "exporter/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

namespace stapling::exporter {

// open() gives the lowest number that is free.
void OpenClosedStandardStreams() {
  int descriptor = -1;
  do {
    descriptor = open("/dev/null", O_RDWR);
  } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  if (descriptor > STDERR_FILENO) close(descriptor);
}

}  // namespace stapling::exporter
