#include "exporter/http/request_target.h"

#include <gtest/gtest.h>

namespace stapling::exporter {
namespace {

using namespace std::string_literals;
using Query = std::vector<std::pair<std::string, std::string>>;

struct TargetCase {
  const char* name;
  std::string target;
  std::string path;
  Query query = {};
};

const TargetCase kGood[] = {
    {.name = "root", .target = "/", .path = "/"},
    {.name = "path", .target = "/probe", .path = "/probe"},
    {.name = "one_parameter",
     .target = "/probe?target=a.test:443",
     .path = "/probe",
     .query = {{"target", "a.test:443"}}},
    {.name = "value_keeps_equals", .target = "/p?a=b=c", .path = "/p", .query = {{"a", "b=c"}}},
    {.name = "duplicates_kept_in_order",
     .target = "/p?a=1&b=2&a=1",
     .path = "/p",
     .query = {{"a", "1"}, {"b", "2"}, {"a", "1"}}},
    {.name = "key_without_equals", .target = "/p?debug", .path = "/p", .query = {{"debug", ""}}},
    {.name = "empty_pairs_dropped", .target = "/p?&&a=1&", .path = "/p", .query = {{"a", "1"}}},
    {.name = "empty_key", .target = "/p?=1", .path = "/p", .query = {{"", "1"}}},
    {.name = "empty_query", .target = "/p?", .path = "/p"},
    {.name = "second_question_mark", .target = "/p?a=?", .path = "/p", .query = {{"a", "?"}}},
    {.name = "plus_in_query_is_space", .target = "/p?a=b+c", .path = "/p", .query = {{"a", "b c"}}},
    {.name = "plus_in_path_is_plus", .target = "/a+b", .path = "/a+b"},
    {.name = "escapes",
     .target = "/%70?%61=%5B%3a%3A1%5d",
     .path = "/p",
     .query = {{"a", "[::1]"}}},
    {.name = "escaped_separators",
     .target = "/p%3Fa?b=%26%3D%2B",
     .path = "/p?a",
     .query = {{"b", "&=+"}}},
    {.name = "escaped_newline_is_data",
     .target = "/p?a=%0d%0aX:%201",
     .path = "/p",
     .query = {{"a", "\r\nX: 1"}}},
    {.name = "escaped_nul_is_data",
     .target = "/p?a=x%00y",
     .path = "/p",
     .query = {{"a", "x\0y"s}}},
    {.name = "semicolon_is_data", .target = "/p?a=1;b=2", .path = "/p", .query = {{"a", "1;b=2"}}},
    {.name = "absolute_form", .target = "http://host:1/p?a=1", .path = "/p", .query = {{"a", "1"}}},
    {.name = "absolute_form_without_path", .target = "http://host", .path = "/"},
    {.name = "absolute_form_query_only",
     .target = "https://host?a=1",
     .path = "/",
     .query = {{"a", "1"}}},
    {.name = "asterisk", .target = "*", .path = "*"},
};

class GoodTarget : public ::testing::TestWithParam<TargetCase> {};

TEST_P(GoodTarget, IsTakenApart) {
  const auto parsed = ParseRequestTarget(GetParam().target);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->path, GetParam().path);
  EXPECT_EQ(parsed->query, GetParam().query);
}

INSTANTIATE_TEST_SUITE_P(RequestTarget, GoodTarget, ::testing::ValuesIn(kGood),
                         [](const auto& row) { return std::string(row.param.name); });

struct BadTargetCase {
  const char* name;
  std::string target;
};

const BadTargetCase kBad[] = {
    {.name = "empty", .target = ""},
    {.name = "relative", .target = "probe"},
    {.name = "authority_form", .target = "host:443"},
    {.name = "other_scheme", .target = "ftp://host/"},
    {.name = "escape_cut_off", .target = "/p?a=%2"},
    {.name = "escape_bare", .target = "/p?a=100%"},
    {.name = "escape_not_hex", .target = "/p?a=%zz"},
    {.name = "escape_in_key", .target = "/p?%=1"},
    {.name = "escape_in_path", .target = "/%x"},
};

class BadTarget : public ::testing::TestWithParam<BadTargetCase> {};

TEST_P(BadTarget, IsRefused) { EXPECT_FALSE(ParseRequestTarget(GetParam().target)); }

INSTANTIATE_TEST_SUITE_P(RequestTarget, BadTarget, ::testing::ValuesIn(kBad),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::exporter
