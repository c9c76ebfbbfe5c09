#include "tests/integration/bad_place.h"

#include <sys/stat.h>

#include <fstream>

namespace stapling::testing {
namespace {

namespace fs = std::filesystem;

void Fill(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::function<void(const fs::path&)> LinkTo(const std::string& target) {
  return [target](const fs::path& path) { fs::create_symlink(target, path); };
}

std::string BinaryJunk() {
  std::string junk;
  for (int i = 0; i < 65536; ++i) junk += static_cast<char>((i * 7919) >> 3);
  return junk;
}

// 100 MB that begin like something.
void MakeHuge(const fs::path& path) {
  Fill(path, "modules:\n");
  std::ofstream file(path, std::ios::binary | std::ios::app);
  const std::string line = "  # -----BEGIN CERTIFICATE-----" + std::string(993, 'A') + "\n";
  for (int i = 0; i < 100'000; ++i) file << line;
}

}  // namespace

const std::vector<BadPlace>& BadPlaces() {
  static const std::vector<BadPlace> places = {
      {"missing", [](const fs::path&) {}},
      {"a directory", [](const fs::path& path) { fs::create_directory(path); }},
      {"a dangling link", LinkTo("/nonexistent/file")},
      {"a link to itself", [](const fs::path& path) { fs::create_symlink(path.filename(), path); }},
      {"a link through a file", LinkTo("/etc/hostname/file")},
      {"the memory of the process", LinkTo("/proc/self/mem")},
      {"a pipe that nobody writes", [](const fs::path& path) { mkfifo(path.c_str(), 0600); }, true},
      {"an endless device", LinkTo("/dev/zero"), true},
      {"an endless device of noise", LinkTo("/dev/urandom"), true},
      {"an empty device", LinkTo("/dev/null")},
      {"binary junk", [](const fs::path& path) { Fill(path, BinaryJunk()); }},
      {"a line of text", [](const fs::path& path) { Fill(path, "hello\n"); }},
      {"the beginning of PEM",
       [](const fs::path& path) { Fill(path, "-----BEGIN CERTIFICATE-----\nMIIB"); }},
      {"100 MB", MakeHuge, true},
      {"a hole of a terabyte",
       [](const fs::path& path) {
         Fill(path, "");
         fs::resize_file(path, std::uintmax_t{1} << 40U);
       },
       true},
  };
  return places;
}

void Spoil(const fs::path& path, const BadPlace& place) {
  fs::remove_all(path);
  place.make(path);
}

void Mend(const fs::path& path, const std::string& text) {
  fs::remove_all(path);
  Fill(path, text);
}

}  // namespace stapling::testing
