#include "tests/e2e/ready_program.h"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

#include "tests/support/http_get.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {

std::unique_ptr<Process> StartUntilReady(std::vector<std::string> arguments, std::uint16_t port) {
  const std::string name = arguments.front();
  auto started = Process::Start({.arguments = std::move(arguments)});
  if (!started) {
    ADD_FAILURE() << started.error();
    return nullptr;
  }
  const auto is_ready = [&] {
    const auto response = HttpGet(port, "/-/ready");
    return response.ok() && response->status == 200;
  };
  if (!WaitUntil(is_ready, std::chrono::seconds(30))) {
    ADD_FAILURE() << name << " is not ready: " << (*started)->Errors();
    return nullptr;
  }
  return std::move(started).value();
}

}  // namespace stapling::testing
