#include "tests/bench/machine.h"

#include <openssl/crypto.h>
#include <sys/utsname.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <thread>

#include "tests/bench/programs.h"
#include "tests/integration/real_server.h"
#include "tests/support/temp_dir.h"

namespace stapling::bench {
namespace {

std::string CpuModel() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

std::string LoadAverage() {
  std::array<double, 3> loads{};
  std::array<char, 64> text{};
  getloadavg(loads.data(), static_cast<int>(loads.size()));
  std::snprintf(text.data(), text.size(), "%.2f %.2f %.2f", loads[0], loads[1], loads[2]);
  return text.data();
}

std::string Now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts);
  return text.data();
}

void Line(const char* what, const std::string& value) {
  std::printf("%-18s %s\n", what, value.c_str());
}

}  // namespace

void PrintMachine(const Settings& settings) {
  utsname system{};
  uname(&system);
  Line("date", Now());
  Line("cores", std::to_string(std::thread::hardware_concurrency()));
  Line("CPU", CpuModel());
  Line("load before", LoadAverage());
  Line("kernel", system.release);
  Line("exporter", VersionOf(settings.exporter));
  Line("OpenSSL", OpenSSL_version(OPENSSL_VERSION));
  Line("nginx", VersionOf(testing::FindProgram("nginx"), "-v"));
  const testing::TempDir directory;
  for (const ProgramSpec& peer : PeerSpecs(settings, directory, "")) {
    Line(peer.name.c_str(), VersionOf(peer.command.front()));
  }
  std::fflush(stdout);
}

}  // namespace stapling::bench
