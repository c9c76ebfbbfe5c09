// Third parties' eyes: every fixture of the judge's tables is shown to others who judge OCSP
// responses, and what they answer is compared with our verdict.
//
// Each third party has a table of its own (gnutls_divergence.cc, openssl_divergence.cc): a row for
// each fixture about which it answers otherwise than we do, with its answer and the cause. A
// fixture without a row is one on which both agree. The tables are held to in both directions: a
// difference that has no row fails the fixture's test, and so does a row whose answer is another or
// agrees.
//
// The tables are those of GnuTLS 3.7 and OpenSSL 3.0, as Debian 12 has them. Who is right is not
// decided here: the verdicts come from the RFCs, by hand, in the fixtures.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/ocsp/judge.h"
#include "tests/core/ocsp/judge_case.h"

namespace stapling::testing {

struct Divergence {
  std::string answer;
  const char* cause;
};

struct ThirdPartyAnswer {
  std::string word;
  std::string said;  // its own words, for whoever reads the failure
};

struct ThirdParty {
  std::string name;
  // Asks about the case, at the case's own time and by the case's own policy as far as it has one.
  std::function<ThirdPartyAnswer(const JudgeCase&)> ask;
  // The word that agrees with our verdict.
  std::function<std::string(Verdict)> agreeing;
  // By fixture: the table and the row, such as Form/good.
  std::map<std::string, Divergence> divergences;
};

// Asks all of them. `fixture` is that of the running test.
void ExpectKnownDivergences(const std::string& fixture, const JudgeCase& of,
                            const Judgement& judged);

}  // namespace stapling::testing
