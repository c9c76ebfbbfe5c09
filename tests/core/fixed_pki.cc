#include "tests/core/fixed_pki.h"

namespace stapling::testing {

const StandardPki& Pki() {
  static const auto* pki = new StandardPki(kNow);  // outlives every static table that uses it
  return *pki;
}

}  // namespace stapling::testing
