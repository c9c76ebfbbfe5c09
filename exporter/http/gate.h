// Gate: what stands before every request of a server, those for paths that do not exist included.
//
// Members are called from several threads at once and must not throw.
#pragma once

#include <optional>
#include <variant>

#include "exporter/http/message.h"

namespace stapling::exporter {

class Gate {
 public:
  struct Admitted {};
  struct Undecided {};  // Examine must say
  using Admission = std::variant<Admitted, Undecided, Response>;

  Gate() = default;
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  virtual ~Gate() = default;

  // On the thread that owns every socket: from memory, at once. A Response is the refusal.
  virtual Admission Look(const Request& request) = 0;

  // For the undecided, on a thread of its own, one at a time: may compute for long. A Response is
  // the refusal; nothing admits.
  virtual std::optional<Response> Examine(const Request& request) = 0;

  // For every response, in place of headers of the same names that it has.
  virtual HeaderList Headers() = 0;
};

}  // namespace stapling::exporter
