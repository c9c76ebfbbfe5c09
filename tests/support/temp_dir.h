// A directory that goes with its owner, contents and all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace stapling::testing {

// Made under TMPDIR, else /tmp; mode 0700. The program stops if that fails.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string Path(std::string_view name) const { return (path_ / name).string(); }

  // Writes (or replaces) a file and returns its path. Mode 0644.
  std::string Write(std::string_view name, std::string_view content) const;
  [[nodiscard]] std::string Read(std::string_view name) const;

 private:
  std::filesystem::path path_;
};

}  // namespace stapling::testing
