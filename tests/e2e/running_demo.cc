#include "tests/e2e/running_demo.h"

#include <gtest/gtest.h>

#include "deploy/demo/fleet.h"
#include "deploy/demo/fleet_files.h"

namespace stapling::testing {
namespace {

constexpr std::string_view kListening = "address=";

}  // namespace

std::unique_ptr<RunningDemo> RunningDemo::Start() {
  std::unique_ptr<RunningDemo> demo(new RunningDemo());
  if (!demo->StartFleet() || !demo->StartExporter()) return nullptr;
  return demo;
}

bool RunningDemo::StartFleet() {
  const std::string directory = directory_.path().string();
  auto started = Process::Start(
      {.arguments = {DEMO_FLEET_PROGRAM, "serve", "--directory", directory, "--base-port", "0"}});
  if (!started) {
    ADD_FAILURE() << started.error();
    return false;
  }
  fleet_ = std::move(started).value();
  if (!fleet_->WaitForOutput("ready: ")) {
    ADD_FAILURE() << "the fleet is not ready: " << fleet_->Errors();
    return false;
  }
  const auto addresses = demo::ReadAddresses(directory);
  if (!addresses) {
    ADD_FAILURE() << addresses.error();
    return false;
  }
  addresses_ = *addresses;
  return true;
}

bool RunningDemo::StartExporter() {
  const std::string configuration = directory_.Path(demo::kExporterConfiguration);
  auto started =
      Process::Start({.arguments = {EXPORTER_PROGRAM, "serve", "--config.file", configuration,
                                    "--web.listen-address", "127.0.0.1:0"}});
  if (!started) {
    ADD_FAILURE() << started.error();
    return false;
  }
  exporter_process_ = std::move(started).value();
  // The line names the port that the system chose.
  if (!exporter_process_->WaitForOutput("msg=\"listening\"") ||
      !exporter_process_->WaitForOutput(std::string(kListening))) {
    ADD_FAILURE() << "the exporter is not ready: " << exporter_process_->Errors();
    return false;
  }
  const std::string log = exporter_process_->Errors() + exporter_process_->Output();
  const std::size_t start = log.find(kListening) + kListening.size();
  exporter_ = log.substr(start, log.find_first_of(" \n", start) - start);
  return true;
}

std::uint16_t RunningDemo::exporter_port() const {
  return static_cast<std::uint16_t>(std::stoi(exporter_.substr(exporter_.rfind(':') + 1)));
}

std::string RunningDemo::AddressOf(std::string_view name) const {
  const auto servers = demo::DemoServers();
  for (std::size_t i = 0; i < servers.size(); ++i) {
    if (servers[i].name == name) return addresses_.at(i);
  }
  ADD_FAILURE() << "no demo server " << name;
  return {};
}

}  // namespace stapling::testing
