// Where GnuTLS' own opinion of a fixture differs from our verdict, and why. Every difference that
// is not listed fails the test that shows it, and so does every listed one that is none.
#pragma once

#include <string>

#include "core/ocsp/judge.h"
#include "tests/core/ocsp/judge_case.h"

namespace stapling::testing {

// Asks GnuTLS about the case, at the case's own time. `name` is that of the running row, such as
// Form/good.
void ExpectKnownDivergence(const std::string& name, const JudgeCase& of, const Judgement& judged);

}  // namespace stapling::testing
