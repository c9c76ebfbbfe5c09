#include "tests/faults/faults.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "tests/support/socket.h"

namespace stapling::testing {
namespace {

FaultControl* Map(const std::string& path) {
  const Socket file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  void* memory = MAP_FAILED;
  if (file.valid() && ftruncate(file.get(), sizeof(FaultControl)) == 0) {
    memory = mmap(nullptr, sizeof(FaultControl), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  }
  if (memory == MAP_FAILED) {
    std::perror("no file to share with the fault injector");
    std::abort();
  }
  return static_cast<FaultControl*>(memory);
}

}  // namespace

std::string Describe(const Fault& fault) {
  std::string text(kFaultFunctionNames.at(static_cast<std::size_t>(fault.function)));
  const char* name = strerrorname_np(fault.error);
  text += std::string("(") + (name == nullptr ? "?" : name) + ")";
  return fault.span == 1 ? text : text + " and all after it";
}

Faults::Faults() : control_(Map(directory_.Path("control"))) {}

Faults::~Faults() { munmap(control_, sizeof(FaultControl)); }

std::vector<std::string> Faults::Environment() const {
  return {"LD_PRELOAD=" STAPLING_FAULT_INJECTOR,
          std::string(kFaultFileVariable) + "=" + directory_.Path("control")};
}

void Faults::Count() { Arm({FaultFunction::kSocket, 0, 0}, 0); }

void Faults::Arm(const Fault& fault, std::uint64_t number) {
  control_->armed = 0;
  for (auto& calls : control_->calls) calls = 0;
  control_->injected = 0;
  control_->depth = 0;
  control_->function = static_cast<std::uint32_t>(fault.function);
  control_->error = fault.error;
  control_->first = number;
  control_->span = fault.span;
  if (control_->arm_at_main == 0) control_->armed = 1;
}

void Faults::Disarm() { control_->armed = 0; }

void Faults::FromMain(bool from_main) { control_->arm_at_main = from_main ? 1 : 0; }

std::uint64_t Faults::Calls(FaultFunction function) const {
  return control_->calls.at(static_cast<std::size_t>(function));
}

std::uint64_t Faults::Injected() const { return control_->injected; }

std::string Faults::Stack() const {
  std::string text;
  for (std::uint32_t i = 0; i < control_->depth; ++i) {
    const FaultFrame& frame = control_->stack.at(i);
    if (!text.empty()) text += " < ";
    std::ostringstream offset;
    offset << "+0x" << std::hex << frame.offset;
    text +=
        frame.module.data() + (frame.symbol[0] == '\0' ? offset.str() : " ") + frame.symbol.data();
  }
  return text;
}

}  // namespace stapling::testing
