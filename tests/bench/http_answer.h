// An HTTP/1.1 answer taken off a socket: by length or in chunks, and unpacked.
#pragma once

#include <string>

#include "core/result.h"

namespace stapling::bench {

struct HttpAnswer {
  int status = 0;
  bool keep_alive = true;
  std::string body;  // gzip undone
};

// Reads one answer to its end. An Error when the connection ends, or its read timeout passes,
// first.
Result<HttpAnswer> ReadAnswer(int fd);

}  // namespace stapling::bench
