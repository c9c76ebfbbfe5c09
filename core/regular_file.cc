#include "core/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "core/net/file_descriptor.h"

namespace stapling {
namespace {

Error Errno() { return {std::generic_category().message(errno)}; }

}  // namespace

Result<std::string> ReadRegularFile(const std::string& path, std::size_t max_bytes) {
  // Without O_NONBLOCK the opening of a named pipe would wait for a writer.
  const FileDescriptor descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!descriptor) return Errno();
  struct stat status = {};
  if (fstat(descriptor.get(), &status) != 0) return Errno();
  if (S_ISDIR(status.st_mode)) return Error{"it is a directory"};
  if (!S_ISREG(status.st_mode)) return Error{"it is not a regular file"};

  const Error too_large{"it is larger than " + std::to_string(max_bytes >> 20U) + " MiB"};
  if (status.st_size > static_cast<off_t>(max_bytes)) return too_large;
  std::string content;
  std::array<char, 16384> buffer{};
  while (content.size() <= max_bytes) {
    const ssize_t count = read(descriptor.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Errno();
    if (count == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return too_large;
}

}  // namespace stapling
