#include "core/x509/time.h"

#include <gtest/gtest.h>

#include <ostream>

#include "core/x509/openssl_ptr.h"

namespace stapling::testing {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

std::optional<sys_seconds> At(std::int64_t unix_seconds) {
  return sys_seconds(seconds(unix_seconds));
}

using TimePtr = std::unique_ptr<ASN1_STRING, OpensslDeleter<ASN1_STRING_free>>;

TimePtr Asn1(int type, const std::string& text) {
  TimePtr time(ASN1_STRING_type_new(type));
  ASN1_STRING_set(time.get(), text.data(), static_cast<int>(text.size()));
  return time;
}

struct Row {
  std::string name;
  std::string text;
  std::optional<sys_seconds> instant = {};
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

const auto kName = [](const auto& info) { return info.param.name; };

class GeneralizedTimeTest : public ::testing::TestWithParam<Row> {};
TEST_P(GeneralizedTimeTest, IsAnInstantOrNothing) {
  EXPECT_EQ(ToInstant(Asn1(V_ASN1_GENERALIZEDTIME, GetParam().text).get()), GetParam().instant);
}

// `date -u -d ... +%s` gave the numbers.
INSTANTIATE_TEST_SUITE_P(
    Table, GeneralizedTimeTest,
    ::testing::Values(Row{"epoch", "19700101000000Z", At(0)},
                      Row{"noon", "20260301120000Z", At(1772366400)},
                      Row{"last_second_of_a_day", "20260301235959Z", At(1772409599)},
                      Row{"leap_day", "20240229000000Z", At(1709164800)},
                      Row{"before_the_epoch", "19691231235959Z", At(-1)},
                      Row{"no_expiry", "99991231235959Z", At(253402300799)},
                      Row{"leap_day_of_a_common_year", "20260229000000Z"},
                      Row{"leap_day_of_1900", "19000229000000Z"}, Row{"month_0", "20260001000000Z"},
                      Row{"month_13", "20261301000000Z"}, Row{"day_0", "20260300000000Z"},
                      Row{"day_32", "20260332000000Z"}, Row{"hour_24", "20260301240000Z"},
                      Row{"minute_60", "20260301126000Z"}, Row{"leap_second", "20161231235960Z"},
                      Row{"no_seconds", "202603011200Z"}, Row{"fraction", "20260301120000.5Z"},
                      Row{"offset", "20260301120000+0000"}, Row{"local", "20260301120000"},
                      Row{"lower_case_z", "20260301120000z"},
                      Row{"two_digit_year", "260301120000Z"}, Row{"letter", "2026030112000aZ"},
                      Row{"sign", "+0260301120000Z"},
                      Row{"trailing_nul", std::string("20260301120000Z\0", 16)}, Row{"empty", ""}),
    kName);

class UtcTimeTest : public ::testing::TestWithParam<Row> {};
TEST_P(UtcTimeTest, IsAnInstantOrNothing) {
  EXPECT_EQ(ToInstant(Asn1(V_ASN1_UTCTIME, GetParam().text).get()), GetParam().instant);
}

INSTANTIATE_TEST_SUITE_P(Table, UtcTimeTest,
                         ::testing::Values(Row{"noon", "260301120000Z", At(1772366400)},
                                           Row{"year_49_is_2049", "491231235959Z", At(2524607999)},
                                           Row{"year_50_is_1950", "500101000000Z", At(-631152000)},
                                           Row{"no_seconds", "2603011200Z"},
                                           Row{"offset", "260301120000+0000"},
                                           Row{"four_digit_year", "20260301120000Z"},
                                           Row{"empty", ""}),
                         kName);

TEST(Asn1TimeTest, NullIsNoInstant) { EXPECT_EQ(ToInstant(nullptr), std::nullopt); }

class ParseInstantTest : public ::testing::TestWithParam<Row> {};
TEST_P(ParseInstantTest, IsAnInstantOrNothing) {
  EXPECT_EQ(ParseInstant(GetParam().text), GetParam().instant);
}

INSTANTIATE_TEST_SUITE_P(
    UnixSeconds, ParseInstantTest,
    ::testing::Values(Row{"zero", "0", At(0)}, Row{"noon", "1772366400", At(1772366400)},
                      Row{"negative", "-1", At(-1)}, Row{"last", "253402300799", At(253402300799)},
                      Row{"beyond_the_last", "253402300800"},
                      Row{"beyond_any_integer", "99999999999999999999"}, Row{"plus", "+1"},
                      Row{"fraction", "1772366400.5"}, Row{"space", " 1772366400"},
                      Row{"empty", ""}, Row{"word", "now"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Rfc3339, ParseInstantTest,
    ::testing::Values(Row{"utc", "2026-03-01T12:00:00Z", At(1772366400)},
                      Row{"lower_case", "2026-03-01t12:00:00z", At(1772366400)},
                      Row{"space_for_t", "2026-03-01 12:00:00Z", At(1772366400)},
                      Row{"east", "2026-03-01T13:00:00+01:00", At(1772366400)},
                      Row{"west", "2026-03-01T06:30:00-05:30", At(1772366400)},
                      Row{"unknown_offset", "2026-03-01T12:00:00-00:00", At(1772366400)},
                      Row{"fraction_is_cut_off", "2026-03-01T12:00:00.999Z", At(1772366400)},
                      Row{"no_zone", "2026-03-01T12:00:00"}, Row{"no_seconds", "2026-03-01T12:00Z"},
                      Row{"date_alone", "2026-03-01"},
                      Row{"empty_fraction", "2026-03-01T12:00:00.Z"},
                      Row{"offset_without_colon", "2026-03-01T12:00:00+0100"},
                      Row{"offset_of_24_hours", "2026-03-01T12:00:00+24:00"},
                      Row{"offset_of_60_minutes", "2026-03-01T12:00:00+01:60"},
                      Row{"day_that_is_none", "2026-02-30T12:00:00Z"},
                      Row{"trailing_text", "2026-03-01T12:00:00Zx"},
                      Row{"slashes", "2026/03/01T12:00:00Z"},
                      Row{"trailing_nul", std::string("2026-03-01T12:00:00Z\0", 21)}),
    kName);

TEST(ToRfc3339Test, IsUtcToTheSecond) {
  EXPECT_EQ(ToRfc3339(*At(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(ToRfc3339(*At(1772366400)), "2026-03-01T12:00:00Z");
  EXPECT_EQ(ToRfc3339(*At(-1)), "1969-12-31T23:59:59Z");
  EXPECT_EQ(ToRfc3339(*At(253402300799)), "9999-12-31T23:59:59Z");
}

}  // namespace
}  // namespace stapling::testing
