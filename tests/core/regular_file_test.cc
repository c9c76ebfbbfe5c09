#include "core/regular_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <ostream>
#include <string>

#include "tests/support/temp_dir.h"

namespace stapling::testing {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMebibyte = std::size_t{1024} * 1024;

struct FileRow {
  const char* name;
  std::function<void(const fs::path&)> make;
  std::string content = {};
  std::string reason = {};  // why there is none
};
std::ostream& operator<<(std::ostream& out, const FileRow& row) { return out << row.name; }

class RegularFileTable : public ::testing::TestWithParam<FileRow> {};

TEST_P(RegularFileTable, IsReadWholeOrRefused) {
  const TempDir directory;
  const std::string path = directory.Path("file");
  GetParam().make(path);
  const auto content = ReadRegularFile(path, kMebibyte);
  EXPECT_EQ(content ? "" : content.error(), GetParam().reason);
  EXPECT_EQ(content ? *content : "", GetParam().content);
}

std::function<void(const fs::path&)> Text(const std::string& text) {
  return [text](const fs::path& path) {
    const TempDir directory;
    fs::copy_file(directory.Write("text", text), path);
  };
}

std::function<void(const fs::path&)> LinkTo(const std::string& target) {
  return [target](const fs::path& path) { fs::create_symlink(target, path); };
}

std::function<void(const fs::path&)> Hole(std::size_t size) {
  return [size](const fs::path& path) {
    Text("")(path);
    fs::resize_file(path, size);
  };
}

INSTANTIATE_TEST_SUITE_P(
    Table, RegularFileTable,
    ::testing::Values(
        FileRow{"text", Text("a\nb"), "a\nb"}, FileRow{"empty", Text(""), ""},
        FileRow{"as_large_as_may_be", Hole(kMebibyte), std::string(kMebibyte, '\0')},
        FileRow{"one_octet_more", Hole(kMebibyte + 1), "", "it is larger than 1 MiB"},
        FileRow{"a_terabyte", Hole(kMebibyte* kMebibyte), "", "it is larger than 1 MiB"},
        FileRow{"missing", [](const fs::path&) {}, "", "No such file or directory"},
        FileRow{"a_link_to_itself", LinkTo("file"), "", "Too many levels of symbolic links"},
        FileRow{"below_a_file", LinkTo("/etc/passwd/file"), "", "Not a directory"},
        FileRow{"a_directory", [](const fs::path& path) { fs::create_directory(path); }, "",
                "it is a directory"},
        FileRow{"a_pipe_that_nobody_writes",
                [](const fs::path& path) { mkfifo(path.c_str(), 0600); }, "",
                "it is not a regular file"},
        FileRow{"an_endless_device", LinkTo("/dev/zero"), "", "it is not a regular file"},
        // A regular file of no size that cannot be read.
        FileRow{"memory", LinkTo("/proc/self/mem"), "", "Input/output error"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::testing
