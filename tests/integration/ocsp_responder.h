// A CA's responder: `openssl ocsp` over an index.txt, which answers for the leaf of one site.
//
// The issuer itself signs, and its certificate is not in the answer: Go's servers cannot take it
// there. Ending the object ends the responder; a new one can take its port.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "tests/integration/site.h"
#include "tests/support/process.h"

namespace stapling::testing {

class OcspResponder {
 public:
  // `port` 0: any free one. `more` certificates of the same issuer are good.
  static Result<std::unique_ptr<OcspResponder>> Start(const Site& site, CertStatus status,
                                                      std::uint16_t port = 0,
                                                      const std::vector<Certificate>& more = {});

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string Url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  OcspResponder() = default;
  std::unique_ptr<Process> process_;
  std::uint16_t port_ = 0;
};

}  // namespace stapling::testing
