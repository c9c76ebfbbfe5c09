#include "exporter/file_watch.h"

#include <sys/stat.h>

#include <utility>

namespace stapling::exporter {

FileIdentity IdentifyFile(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) return {};
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size = status.st_size,
          .modified_s = status.st_mtim.tv_sec,
          .modified_ns = status.st_mtim.tv_nsec};
}

FileWatch::FileWatch(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) seen_[path] = IdentifyFile(path);
}

FileWatch::FileWatch(const std::vector<std::string>& paths, const FileWatch& before) {
  for (const std::string& path : paths) {
    const auto known = before.seen_.find(path);
    seen_[path] = known == before.seen_.end() ? IdentifyFile(path) : known->second;
  }
}

std::vector<std::string> FileWatch::TakeChanges() {
  std::vector<std::string> changed;
  auto now = seen_;
  for (auto& [path, identity] : now) {
    const FileIdentity before = std::exchange(identity, IdentifyFile(path));
    if (identity != before) changed.push_back(path);
  }
  seen_.swap(now);
  return changed;
}

}  // namespace stapling::exporter
