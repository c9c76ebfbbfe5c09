#include "exporter/file_watch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace stapling::exporter {
namespace {

namespace fs = std::filesystem;
using stapling::testing::TempDir;
using Paths = std::vector<std::string>;

// The clock of the file system may stand still between two writes.
void Touch(const std::string& path, long seconds) {
  const std::array<timespec, 2> times = {{{seconds, 0}, {seconds, 0}}};
  ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times.data(), 0), 0);
}

TEST(FileWatch, SeesNothingWhereNothingHappened) {
  const TempDir directory;
  FileWatch watch({directory.Write("a", "1"), directory.Path("missing")});
  EXPECT_EQ(watch.TakeChanges(), Paths{});
}

TEST(FileWatch, SeesAChangeOnce) {
  const TempDir directory;
  const std::string a = directory.Write("a", "1");
  const std::string b = directory.Write("b", "1");
  FileWatch watch({a, b});
  directory.Write("b", "longer");
  EXPECT_EQ(watch.TakeChanges(), Paths{b});
  EXPECT_EQ(watch.TakeChanges(), Paths{});
}

TEST(FileWatch, KeepsWhatAnEarlierOneSaw) {
  const TempDir directory;
  const std::string a = directory.Write("a", "1");
  const std::string b = directory.Write("b", "1");
  const FileWatch before({a});
  directory.Write("a", "longer");
  FileWatch watch({a, b}, before);
  EXPECT_EQ(watch.TakeChanges(), Paths{a});
}

// Nanoseconds since 1970 would not fit into 64 bits.
TEST(FileWatch, SeesATimeFarAway) {
  const TempDir directory;
  const std::string a = directory.Write("a", "1");
  Touch(a, 10'000'000'000);
  FileWatch watch({a});
  EXPECT_EQ(watch.TakeChanges(), Paths{});
  Touch(a, 10'000'000'001);
  EXPECT_EQ(watch.TakeChanges(), Paths{a});
}

TEST(FileWatch, SeesAModificationTimeAlone) {
  const TempDir directory;
  const std::string a = directory.Write("a", "1");
  Touch(a, 1000);
  FileWatch watch({a});
  Touch(a, 1001);
  EXPECT_EQ(watch.TakeChanges(), Paths{a});
}

TEST(FileWatch, SeesAnotherFileOfTheSameSizeAndTime) {
  const TempDir directory;
  const std::string a = directory.Write("a", "1");
  const std::string b = directory.Write("b", "2");
  Touch(a, 1000);
  Touch(b, 1000);
  FileWatch watch({a});
  fs::rename(b, a);
  EXPECT_EQ(watch.TakeChanges(), Paths{a});
}

TEST(FileWatch, SeesAFileComeAndGo) {
  const TempDir directory;
  const std::string a = directory.Path("a");
  FileWatch watch({a});
  directory.Write("a", "1");
  EXPECT_EQ(watch.TakeChanges(), Paths{a});
  fs::remove(a);
  EXPECT_EQ(watch.TakeChanges(), Paths{a});
}

// As Kubernetes does it: the file is a link through ..data, a link to a directory that is replaced.
TEST(FileWatch, SeesALinkThatNowLeadsElsewhere) {
  const TempDir directory;
  fs::create_directory(directory.path() / "one");
  fs::create_directory(directory.path() / "two");
  Touch(directory.Write("one/ca.pem", "1"), 1000);
  Touch(directory.Write("two/ca.pem", "2"), 1000);
  fs::create_symlink("one", directory.path() / "..data");
  fs::create_symlink("..data/ca.pem", directory.path() / "ca.pem");
  const std::string path = directory.Path("ca.pem");
  FileWatch watch({path});
  fs::create_symlink("two", directory.path() / "..new");
  fs::rename(directory.path() / "..new", directory.path() / "..data");
  EXPECT_EQ(watch.TakeChanges(), Paths{path});
}

TEST(FileWatch, WatchesNothingByDefault) { EXPECT_EQ(FileWatch().TakeChanges(), Paths{}); }

}  // namespace
}  // namespace stapling::exporter
