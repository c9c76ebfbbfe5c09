// What a CA was asked over HTTP, and what came back: plain values, shared once made.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/bytes.h"
#include "core/crl/crl.h"
#include "core/failure.h"
#include "core/net/deadline.h"

namespace stapling {

enum class CaScheme : std::uint8_t { kOcsp, kCrl };

// Immutable. Whether it is to be believed is judged at every use.
struct CaAnswer {
  std::optional<unsigned> http_status;
  std::optional<Failure> failure;  // of the exchange; absent: the answer is of the right kind
  Bytes ocsp_response;             // as received; empty unless HTTP carried a body
  std::shared_ptr<const Crl> crl;
  // The CA's answer is more than an error message: worth keeping until it expires.
  bool useful = false;
  std::optional<std::chrono::sys_seconds> next_update;  // as it claims
  std::chrono::duration<double> duration{};             // of the exchange
  std::chrono::sys_seconds at;                          // when it was had

  [[nodiscard]] std::size_t memory_bytes() const {
    return ocsp_response.size() + (crl ? crl->memory_bytes() : 0);
  }
};

struct CaQuestion {
  CaScheme scheme = CaScheme::kOcsp;
  std::string key;                            // equal for what may share an answer
  std::chrono::milliseconds min_interval{0};  // between two fetches
  std::chrono::milliseconds patience{0};      // how long one fetch may take
  std::function<CaAnswer(Deadline)> fetch;    // called on any thread; may outlive who asked
};

}  // namespace stapling
