#include "exporter/target_list.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace stapling::exporter {
namespace {

using stapling::testing::TempDir;

struct GoodRow {
  const char* name;
  std::string text;
  std::vector<std::string> expected;  // "LINE: TARGET|module|hostname"
};

const GoodRow kGood[] = {
    {.name = "One", .text = "a.test\n", .expected = {"1: a.test||"}},
    {.name = "NoLineEnd", .text = "a.test", .expected = {"1: a.test||"}},
    {.name = "EverythingSaid",
     .text = "a.test:25 module=smtp hostname=b.test\n",
     .expected = {"1: a.test:25|smtp|b.test"}},
    {.name = "OtherOrder",
     .text = "[::1]:443 hostname=192.0.2.1 module=tls\n",
     .expected = {"1: [::1]:443|tls|192.0.2.1"}},
    {.name = "TabsAndSpaces", .text = "\t a.test \t module=m  \t\n", .expected = {"1: a.test|m|"}},
    {.name = "LineEndsOfWindows",
     .text = "a.test\r\n\r\nb.test module=m\r\n",
     .expected = {"1: a.test||", "3: b.test|m|"}},
    {.name = "ByteOrderMark",
     .text = "\xEF\xBB\xBF"
             "a.test\n",
     .expected = {"1: a.test||"}},
    {.name = "CommentsAndBlankLines",
     .text = "# servers\n\n   \n  # more\na.test # hostname=no.test\nb.test #module=no\n",
     .expected = {"5: a.test||", "6: b.test||"}},
    {.name = "HashWithinAUrl",
     .text = "https://a.test/x#y\n",
     .expected = {"1: https://a.test/x#y||"}},
    {.name = "Repeated", .text = "a.test\na.test\n", .expected = {"1: a.test||", "2: a.test||"}},
};

class GoodTargetList : public ::testing::TestWithParam<GoodRow> {};

TEST_P(GoodTargetList, IsReadLineByLine) {
  const auto list = ParseTargetList(GetParam().text, "list");
  ASSERT_TRUE(list) << list.error();
  std::vector<std::string> read;
  for (const ListedTarget& listed : *list) {
    read.push_back(std::to_string(listed.line) + ": " + listed.target.text + "|" + listed.module +
                   "|" + listed.hostname);
  }
  EXPECT_EQ(read, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(All, GoodTargetList, ::testing::ValuesIn(kGood),
                         [](const auto& row) { return std::string(row.param.name); });

struct BadRow {
  const char* name;
  std::string text;
  std::string sentence;
};

const BadRow kBad[] = {
    {.name = "Empty", .text = "", .sentence = "list names no target."},
    {.name = "CommentsAlone", .text = "# a.test\n\n", .sentence = "list names no target."},
    {.name = "BadTarget",
     .text = "a.test\n\nb.test:99999\n",
     .sentence = "list, line 3: target \"b.test:99999\" is not valid: its port is not a number "
                 "from 1 to 65535"},
    {.name = "ControlCharacter",
     .text = "a\x1b[2J.test\n",
     .sentence = "list, line 1: target \"a?[2J.test\" is not valid: it holds a space, a control or "
                 "a non-ASCII character"},
    {.name = "UnknownKey",
     .text = "a.test modul=m\n",
     .sentence = "list, line 1: \"modul=m\" is unknown; a line is TARGET [module=M] [hostname=N]"},
    {.name = "TwoTargets",
     .text = "a.test b.test\n",
     .sentence = "list, line 1: \"b.test\" is unknown; a line is TARGET [module=M] [hostname=N]"},
    {.name = "ModuleTwice",
     .text = "a.test module=m module=n\n",
     .sentence = "list, line 1: module is given more than once"},
    {.name = "ModuleWithoutValue",
     .text = "a.test module=\n",
     .sentence = "list, line 1: module has no value"},
    {.name = "HostnameWithoutValue",
     .text = "a.test hostname= module=m\n",
     .sentence = "list, line 1: hostname has no value"},
    {.name = "BadHostname",
     .text = "a.test hostname=b_c..test\n",
     .sentence = "list, line 1: \"b_c..test\" is neither a host name nor an IP address"},
};

class BadTargetList : public ::testing::TestWithParam<BadRow> {};

TEST_P(BadTargetList, IsOneSentenceWithTheLine) {
  const auto list = ParseTargetList(GetParam().text, "list");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error(), GetParam().sentence);
}

INSTANTIATE_TEST_SUITE_P(All, BadTargetList, ::testing::ValuesIn(kBad),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(TargetListFile, IsReadAndNamed) {
  const TempDir directory;
  const std::string path = directory.Write("targets.txt", "a.test\nb.test x\n");
  const auto list = ReadTargetList(path);
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error(),
            path + ", line 2: \"x\" is unknown; a line is TARGET [module=M] [hostname=N]");
  directory.Write("targets.txt", "a.test\n");
  EXPECT_TRUE(ReadTargetList(path));
}

TEST(TargetListFile, ThatIsNotThere) {
  EXPECT_EQ(ReadTargetList("/nonexistent/list").error(),
            "Cannot read /nonexistent/list: No such file or directory.");
}

TEST(ListedTargetText, IsTheLineWithSingleSpaces) {
  const auto list = ParseTargetList("A.test   hostname=n\tmodule=m # x\nb.test", "list");
  ASSERT_TRUE(list) << list.error();
  EXPECT_EQ((*list)[0].Text(), "A.test module=m hostname=n");
  EXPECT_EQ((*list)[1].Text(), "b.test");
}

}  // namespace
}  // namespace stapling::exporter
