#include "exporter/escape.h"

#include <gtest/gtest.h>

#include <string>

namespace stapling::exporter {
namespace {

struct Row {
  const char* name;
  std::string (*escape)(std::string_view);
  std::string text;
  std::string expected;
};

class EscapeTest : public testing::TestWithParam<Row> {};

TEST_P(EscapeTest, MakesTextSafe) {
  EXPECT_EQ(GetParam().escape(GetParam().text), GetParam().expected);
}

const Row kRows[] = {
    {.name = "HtmlPlain", .escape = EscapeHtml, .text = "leaf.test", .expected = "leaf.test"},
    {.name = "HtmlMarkup",
     .escape = EscapeHtml,
     .text = R"(<script a="b">&'</script>)",
     .expected = "&lt;script a=&quot;b&quot;&gt;&amp;&#39;&lt;/script&gt;"},
    {.name = "HtmlKeepsUtf8",
     .escape = EscapeHtml,
     .text = "caf\xC3\xA9",
     .expected = "caf\xC3\xA9"},
    {.name = "QueryUnreserved", .escape = EscapeQuery, .text = "aZ0-._~", .expected = "aZ0-._~"},
    {.name = "QueryReserved",
     .escape = EscapeQuery,
     .text = "[::1]:443 &a=b",
     .expected = "%5B%3A%3A1%5D%3A443%20%26a%3Db"},
    {.name = "QueryHighOctets", .escape = EscapeQuery, .text = "\xFF\x01", .expected = "%FF%01"},
    {.name = "ShellPlain",
     .escape = EscapeShell,
     .text = "dir/leaf.test_443.0.cert.pem",
     .expected = "dir/leaf.test_443.0.cert.pem"},
    {.name = "ShellSpace", .escape = EscapeShell, .text = "a b", .expected = "'a b'"},
    {.name = "ShellQuote", .escape = EscapeShell, .text = "a'b;c", .expected = R"('a'\''b;c')"},
    {.name = "ShellEmpty", .escape = EscapeShell, .text = "", .expected = "''"},
    {.name = "QuotePlain", .escape = Quote, .text = "tls", .expected = "\"tls\""},
    {.name = "QuoteControls",
     .escape = Quote,
     .text = "a\r\n\x1b[31m\"\xC3\xA9",
     .expected = "\"a???[31m???\""},
    {.name = "QuoteLong",
     .escape = Quote,
     .text = std::string(70, 'x'),
     .expected = "\"" + std::string(64, 'x') + "...\""},
    {.name = "LinesKeepNewlines",
     .escape = CleanLines,
     .text = "one\ntwo\x1b\n",
     .expected = "one\ntwo\xEF\xBF\xBD\n"},
    {.name = "LinesWithoutLastNewline",
     .escape = CleanLines,
     .text = "a\n\nb",
     .expected = "a\n\nb"},
    {.name = "LinesEmpty", .escape = CleanLines, .text = "", .expected = ""},
};

INSTANTIATE_TEST_SUITE_P(All, EscapeTest, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::exporter
