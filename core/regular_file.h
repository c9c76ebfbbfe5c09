// The whole of a regular file.
//
// Never waits, and holds no more than its bound: a named pipe that nobody writes, an endless device
// and a huge file are refused as soon as they are opened. What is written meanwhile may be seen in
// part; whoever reads a format has to notice. Safe from any thread.
#pragma once

#include <cstddef>
#include <string>

#include "core/result.h"

namespace stapling {

// Of CA bundles, certificates and keys: the system's bundle has a quarter of one.
inline constexpr std::size_t kMaxTlsFileBytes = std::size_t{16} * 1024 * 1024;

// The error is the reason alone, without the file's name: "it is a directory". `max_bytes` is a
// whole number of MiB.
Result<std::string> ReadRegularFile(const std::string& path, std::size_t max_bytes);

}  // namespace stapling
