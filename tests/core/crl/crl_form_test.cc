// What is a list and what is not: one defect in each row.
#include "core/crl/crl.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/core/fixed_pki.h"
#include "tests/support/crl.h"
#include "tests/support/der.h"

namespace stapling::testing {
namespace {

constexpr const char* kPrivate = "1.3.6.1.4.1.99999.1";
constexpr const char* kCrlNumber = "2.5.29.20";
constexpr const char* kReasonCode = "2.5.29.21";
constexpr const char* kScope = "2.5.29.28";

std::shared_ptr<const Crl> Decoded(const CrlSpec& spec) { return Crl::Decode(BuildCrl(spec)); }

struct FormRow {
  std::string name;
  std::function<void(CrlSpec&)> change;
};
std::ostream& operator<<(std::ostream& out, const FormRow& row) { return out << row.name; }

CrlSpec Changed(const FormRow& row) {
  CrlSpec spec = GoodCrl(Pki().intermediate, kNow);
  row.change(spec);
  return spec;
}

class WellFormedCrlTest : public ::testing::TestWithParam<FormRow> {};
TEST_P(WellFormedCrlTest, IsDecoded) { EXPECT_NE(Decoded(Changed(GetParam())), nullptr); }

class MalformedCrlTest : public ::testing::TestWithParam<FormRow> {};
TEST_P(MalformedCrlTest, IsNotDecoded) { EXPECT_EQ(Decoded(Changed(GetParam())), nullptr); }

const auto kName = [](const auto& info) { return info.param.name; };

std::function<void(CrlSpec&)> Serial(const Bytes& content) {
  return [content](CrlSpec& spec) { spec.entries[0].serial = content; };
}
std::function<void(CrlSpec&)> Extension(const char* oid, const Bytes& value) {
  return [=](CrlSpec& spec) { spec.extensions = {{.oid = oid, .value = value}}; };
}
std::function<void(CrlSpec&)> EntryExtension(const char* oid, const Bytes& value) {
  return [=](CrlSpec& spec) { spec.entries[0].extensions = {{.oid = oid, .value = value}}; };
}
std::function<void(CrlSpec&)> Entry(const std::vector<Bytes>& fields) {
  return [fields](CrlSpec& spec) { spec.entries[0].raw = der::SequenceOf(fields); };
}
Bytes UtcTime(std::string_view text) { return der::Text(der::kUtcTime, text); }

INSTANTIATE_TEST_SUITE_P(
    All, WellFormedCrlTest,
    ::testing::Values(
        FormRow{"good", [](auto&) {}}, FormRow{"serial_zero", Serial({0})},
        FormRow{"serial_negative", Serial({0xff})},
        FormRow{"serial_long", Serial(Bytes(300, 0x11))},
        FormRow{"no_extensions", [](auto& spec) { spec.number.reset(); }},
        FormRow{"empty_extensions",
                [](auto& spec) { spec.extensions_der = der::Explicit(0, der::Sequence({})); }},
        FormRow{"scope_of_nothing", Extension(kScope, der::Sequence({}))},
        FormRow{"unknown_twice",
                [](auto& spec) {
                  spec.extensions = {{.oid = kPrivate}, {.oid = kPrivate}};
                }},
        FormRow{"empty_issuer", [](auto& spec) { spec.issuer_name = der::Sequence({}); }}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Envelope, MalformedCrlTest,
    ::testing::Values(
        FormRow{"trailing_outside", [](auto& spec) { spec.trailing_outside = {0}; }},
        FormRow{"trailing_newline", [](auto& spec) { spec.trailing_outside = {'\n'}; }},
        FormRow{"trailing_inside", [](auto& spec) { spec.trailing_inside = der::Null(); }},
        FormRow{"trailing_signed", [](auto& spec) { spec.trailing_signed = der::Null(); }},
        FormRow{"signature_of_odd_bits", [](auto& spec) { spec.signature_unused_bits = 1; }},
        FormRow{"algorithm_without_name", [](auto& spec) { spec.outer_algorithm = der::Null(); }},
        FormRow{"version_1_said", [](auto& spec) { spec.version = Bytes{0}; }},
        FormRow{"version_3", [](auto& spec) { spec.version = Bytes{2}; }},
        FormRow{"version_in_two_octets",
                [](auto& spec) {
                  spec.version = Bytes{0, 1};
                }},
        FormRow{"version_1_with_extensions",
                [](auto& spec) {
                  spec.version.reset();
                  spec.entries.clear();
                }},
        FormRow{"version_1_with_entry_extensions",
                [](auto& spec) {
                  spec.version.reset();
                  spec.number.reset();
                }},
        FormRow{"issuer_of_another_shape",
                [](auto& spec) { spec.issuer_name = der::Sequence({der::Null()}); }}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Times, MalformedCrlTest,
    ::testing::Values(
        FormRow{"no_this_update", [](auto& spec) { spec.this_update_der = der::Null(); }},
        FormRow{"without_seconds",
                [](auto& spec) { spec.this_update_der = UtcTime("2603011100Z"); }},
        FormRow{"with_offset",
                [](auto& spec) { spec.this_update_der = UtcTime("260301110000+0000"); }},
        FormRow{"fraction",
                [](auto& spec) {
                  spec.this_update_der = der::Text(der::kGeneralizedTime, "20260301110000.5Z");
                }},
        FormRow{"next_update_in_month_13",
                [](auto& spec) { spec.next_update_der = UtcTime("261301110000Z"); }},
        FormRow{"revocation_date_on_february_30",
                [](auto& spec) { spec.entries[0].revoked_at_text = "260230110000Z"; }}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Entries, MalformedCrlTest,
    ::testing::Values(
        FormRow{"serial_empty", Serial({})}, FormRow{"serial_padded", Serial({0, 1})},
        FormRow{"serial_padded_negative", Serial({0xff, 0x80})},
        FormRow{"no_serial", Entry({UtcTime("260101000000Z")})},
        FormRow{"no_date", Entry({der::Integer(1)})},
        FormRow{"not_a_sequence", [](auto& spec) { spec.revoked = der::Integer(1); }},
        FormRow{"junk", [](auto& spec) { spec.revoked = ToBytes("junk"); }},
        FormRow{"field_too_many",
                Entry({der::Integer(1), UtcTime("260101000000Z"), der::Sequence({}), der::Null()})},
        FormRow{"field_that_is_no_extensions",
                Entry({der::Integer(1), UtcTime("260101000000Z"), der::Null()})},
        FormRow{"last_cut_short",
                [](auto& spec) {
                  Bytes entry = der::Sequence({der::Integer(1), UtcTime("260101000000Z")});
                  entry.pop_back();
                  spec.revoked = entry;
                }},
        FormRow{"reason_twice",
                [](auto& spec) {
                  spec.entries[0].reason = 1;
                  EntryExtension(kReasonCode, der::Enumerated(1))(spec);
                }},
        FormRow{"reason_of_an_integer", EntryExtension(kReasonCode, der::Integer(1))},
        FormRow{"reason_negative", EntryExtension(kReasonCode, der::Element(0x0a, {0xff}))},
        FormRow{"reason_of_two_octets", EntryExtension(kReasonCode, der::Enumerated(200))},
        FormRow{"reason_and_more",
                EntryExtension(kReasonCode, [] {
                  Bytes value = der::Enumerated(1);
                  Append(value, der::Null());
                  return value;
                }())},
        FormRow{"extension_not_der", [](auto& spec) {
                  spec.non_der_boolean = true;
                  spec.entries[0].extensions = {{.oid = kPrivate, .critical = true}};
                }}),
    kName);

// IssuingDistributionPoint with this one field.
std::function<void(CrlSpec&)> ScopeField(const Bytes& field) {
  return Extension(kScope, der::Sequence({field}));
}

// An extension whose OID has this content.
std::function<void(CrlSpec&)> RawExtension(const Bytes& oid) {
  return [oid](CrlSpec& spec) {
    const Bytes extension = der::Sequence({der::Element(0x06, oid), der::OctetString(der::Null())});
    spec.extensions_der = der::Explicit(0, der::Sequence({extension}));
  };
}

INSTANTIATE_TEST_SUITE_P(
    Extensions, MalformedCrlTest,
    ::testing::Values(
        FormRow{"of_no_sequence",
                [](auto& spec) { spec.extensions_der = der::Explicit(0, der::Null()); }},
        FormRow{"boolean_not_der",
                [](auto& spec) {
                  spec.non_der_boolean = true;
                  spec.extensions = {{.oid = kPrivate, .critical = true}};
                }},
        FormRow{"oid_empty", RawExtension({})},
        FormRow{"oid_cut_short", RawExtension({0x55, 0xf7})},
        FormRow{"oid_padded", RawExtension({0x55, 0x1d, 0x80, 0x14})},
        FormRow{"number_twice", [](auto& spec) { Extension(kCrlNumber, der::Integer(7))(spec); }},
        FormRow{"number_of_another_type",
                [](auto& spec) {
                  spec.number.reset();
                  Extension(kCrlNumber, der::OctetString({7}))(spec);
                }},
        FormRow{"scope_twice",
                [](auto& spec) {
                  spec.extensions = {IssuingDistributionPointExtension({}),
                                     IssuingDistributionPointExtension({})};
                }},
        FormRow{"scope_of_another_type", Extension(kScope, der::Null())},
        FormRow{"scope_and_more",
                [](auto& spec) {
                  Bytes value = der::Sequence({});
                  Append(value, der::Null());
                  Extension(kScope, value)(spec);
                }},
        FormRow{"scope_false_said", ScopeField(der::Implicit(1, {0x00}))},
        FormRow{"scope_true_not_der", ScopeField(der::Implicit(1, {0x01}))},
        FormRow{"scope_without_names", ScopeField(der::Explicit(0, der::Explicit(0, {})))},
        FormRow{"scope_reasons_without_content", ScopeField(der::Implicit(3, {}))},
        FormRow{"scope_field_too_many", ScopeField(der::Implicit(6, {0xff}))}),
    kName);

}  // namespace
}  // namespace stapling::testing
