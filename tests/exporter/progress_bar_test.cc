#include "exporter/progress_bar.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace stapling::exporter {
namespace {

struct Row {
  const char* name;
  Progress progress;
  const char* text;
};

const Row kRows[] = {
    {.name = "Beginning",
     .progress = {.done = 0, .total = 3},
     .text = "[........................] 0 of 3, 0 critical, 0 warnings"},
    {.name = "OnTheWay",
     .progress = {.done = 1000, .total = 2000, .critical = 12, .warnings = 1},
     .text = "[############............] 1000 of 2000, 12 critical, 1 warning"},
    {.name = "End",
     .progress = {.done = 3, .total = 3, .critical = 1, .warnings = 2},
     .text = "[########################] 3 of 3, 1 critical, 2 warnings"},
};

class ProgressTextTest : public ::testing::TestWithParam<Row> {};

TEST_P(ProgressTextTest, IsABarAndNumbers) {
  EXPECT_EQ(ProgressText(GetParam().progress), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(All, ProgressTextTest, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ProgressTextTest, FitsALine) {
  EXPECT_LT(ProgressText({1'000'000, 1'000'000, 500'000, 500'000}).size(), 80U);
}

TEST(ProgressBarTest, IsWrittenOverItselfAndLeavesNothing) {
  std::ostringstream terminal;
  {
    ProgressBar bar(terminal, true);
    bar.Show({.done = 1, .total = 2});
    bar.Clear();
    bar.Clear();
    bar.Show({.done = 2, .total = 2});
  }
  EXPECT_EQ(terminal.str(),
            "\r\x1b[K[############............] 1 of 2, 0 critical, 0 warnings\r\x1b[K"
            "\r\x1b[K[########################] 2 of 2, 0 critical, 0 warnings\r\x1b[K");
}

TEST(ProgressBarTest, WritesNothingWithoutATerminal) {
  std::ostringstream file;
  {
    ProgressBar bar(file, CanShowProgress(file));
    bar.Show({.done = 1, .total = 2});
  }
  EXPECT_EQ(file.str(), "");
}

}  // namespace
}  // namespace stapling::exporter
