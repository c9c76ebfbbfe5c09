#include "core/tls/refusal_patience.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using Duration = Deadline::Clock::duration;

struct Row {
  std::string name;
  Duration left;    // of the probe
  Duration lasted;  // the handshake
  Duration least;   // the time of the test itself included
  Duration most;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class RefusalPatienceTest : public ::testing::TestWithParam<Row> {};

TEST_P(RefusalPatienceTest, FitsTheServer) {
  const auto began = Deadline::Clock::now() - GetParam().lasted;
  const Duration patience = PatienceForRefusal(Deadline::After(GetParam().left), began).Remaining();
  EXPECT_GE(patience, GetParam().least);
  EXPECT_LE(patience, GetParam().most);
}

INSTANTIATE_TEST_SUITE_P(Table, RefusalPatienceTest,
                         ::testing::Values(Row{"prompt_server", 60s, 1ms, 400ms, 10s},
                                           Row{"slow_server", 60s, 10s, 19s, 40s},
                                           Row{"little_time_left", 100ms, 10s, 0ms, 100ms}),
                         [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace stapling::testing
