// Which of a set of files changed since the last look.
//
// A file is what its path leads to at that moment, symbolic links followed (Kubernetes replaces a
// mounted file by swapping a link), and has changed when device, inode, size or modification time
// differ. Contents are not read. Not safe from several threads.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace stapling::exporter {

// Of a missing or unreachable file: all zero.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified_s = 0;
  std::int64_t modified_ns = 0;  // within that second
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

FileIdentity IdentifyFile(const std::string& path);

class FileWatch {
 public:
  FileWatch() = default;
  // To be made before the files are read, so that no change is missed.
  explicit FileWatch(const std::vector<std::string>& paths);
  // The same of files that were found out only while others were read: of those that `before`
  // watches, what it last saw counts.
  FileWatch(const std::vector<std::string>& paths, const FileWatch& before);

  // The paths that changed since the last look, in order. One that throws, for want of memory, was
  // no look.
  [[nodiscard]] std::vector<std::string> TakeChanges();

 private:
  std::map<std::string, FileIdentity> seen_;
};

}  // namespace stapling::exporter
