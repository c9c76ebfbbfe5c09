#include "core/tls/variants.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace stapling::testing {
namespace {

constexpr auto k12 = TlsVersion::kTls12;
constexpr auto k13 = TlsVersion::kTls13;
constexpr auto kRsa = KeyType::kRsa;
constexpr auto kEcdsa = KeyType::kEcdsa;
constexpr std::uint8_t kHandshakeFailure = 40;

struct Seen {
  std::optional<TlsVersion> version;
  std::optional<KeyType> key_type;
  std::optional<Failure> failure;
  unsigned certificates_seen = 0;  // in so many attempts
};

Failure Alert(std::uint8_t number) {
  return {.phase = Phase::kHandshake, .reason = Reason::kAlert, .detail = {}, .alert = number};
}
Failure Failed(Phase phase, Reason reason) { return {phase, reason, {}}; }

const Failure kNoSharedVersion = Failed(Phase::kHandshake, Reason::kNoSharedVersion);

struct VariantRow {
  const char* name;
  std::vector<Seen> connections;
  std::vector<std::string> outcomes;  // "good", what is unsupported, or "failed"
};
std::ostream& operator<<(std::ostream& out, const VariantRow& row) { return out << row.name; }

std::string OutcomeOf(const Connection& connection) {
  if (connection.unsupported) return std::string(Describe(connection.unsupported->reason).label);
  return connection.failure ? "failed" : "good";
}

class UnsupportedTest : public ::testing::TestWithParam<VariantRow> {};

TEST_P(UnsupportedTest, IsWhatTheServerDoesNotDo) {
  std::vector<Connection> connections;
  connections.reserve(GetParam().connections.size());
  for (const Seen& seen : GetParam().connections) {
    Connection connection{.combination = {.tls_version = seen.version, .key_type = seen.key_type},
                          .attempts = {.made = seen.certificates_seen},
                          .failure = seen.failure};
    connections.push_back(std::move(connection));
  }
  TellUnsupported(connections);
  std::vector<std::string> outcomes;
  outcomes.reserve(connections.size());
  for (const Connection& connection : connections) outcomes.push_back(OutcomeOf(connection));
  EXPECT_EQ(outcomes, GetParam().outcomes);
}

INSTANTIATE_TEST_SUITE_P(
    Table, UnsupportedTest,
    ::testing::Values(
        VariantRow{"no_ecdsa",
                   {{{}, kRsa, {}, 1}, {{}, kEcdsa, Alert(kHandshakeFailure)}},
                   {"good", "no_shared_key_type"}},
        VariantRow{"no_ecdsa_of_sufficient_security",
                   {{{}, kRsa, {}, 1}, {{}, kEcdsa, Alert(71)}},
                   {"good", "no_shared_key_type"}},
        // Whatever else it says is about something else.
        VariantRow{
            "internal_error", {{{}, kRsa, {}, 1}, {{}, kEcdsa, Alert(80)}}, {"good", "failed"}},
        VariantRow{
            "unrecognized_name", {{{}, kRsa, {}, 1}, {{}, kEcdsa, Alert(112)}}, {"good", "failed"}},
        VariantRow{
            "access_denied", {{{}, kRsa, {}, 1}, {{}, kEcdsa, Alert(49)}}, {"good", "failed"}},
        VariantRow{"it_showed_a_certificate_and_then_refused",
                   {{{}, kRsa, {}, 1}, {{}, kEcdsa, Alert(kHandshakeFailure), 1}},
                   {"good", "failed"}},
        VariantRow{"no_key_type_at_all",
                   {{{}, kRsa, Alert(kHandshakeFailure)}, {{}, kEcdsa, Alert(kHandshakeFailure)}},
                   {"failed", "failed"}},
        VariantRow{"a_reset_says_nothing",
                   {{{}, kRsa, {}, 1}, {{}, kEcdsa, Failed(Phase::kHandshake, Reason::kReset)}},
                   {"good", "failed"}},
        VariantRow{"refused_connection",
                   {{{}, kRsa, {}, 1}, {{}, kEcdsa, Failed(Phase::kConnect, Reason::kRefused)}},
                   {"good", "failed"}},
        VariantRow{"no_tls13",
                   {{k12, {}, {}, 1}, {k13, {}, kNoSharedVersion}},
                   {"good", "no_shared_version"}},
        VariantRow{"no_tls12",
                   {{k12, {}, kNoSharedVersion}, {k13, {}, {}, 1}},
                   {"no_shared_version", "good"}},
        VariantRow{"from_before_tls13",
                   {{k12, {}, {}, 1}, {k13, {}, Alert(kHandshakeFailure)}},
                   {"good", "no_shared_version"}},
        // A server that has TLS 1.3 knows of TLS 1.2.
        VariantRow{"alert_under_tls12",
                   {{k12, {}, Alert(kHandshakeFailure)}, {k13, {}, {}, 1}},
                   {"failed", "good"}},
        VariantRow{"version_refused_after_its_certificate",
                   {{k12, {}, {}, 1}, {k13, {}, kNoSharedVersion, 1}},
                   {"good", "failed"}},
        VariantRow{"from_before_tls13_without_ecdsa",
                   {{k12, kRsa, {}, 1},
                    {k12, kEcdsa, Alert(kHandshakeFailure)},
                    {k13, kRsa, Alert(kHandshakeFailure)},
                    {k13, kEcdsa, Alert(kHandshakeFailure)}},
                   {"good", "no_shared_key_type", "no_shared_version", "no_shared_version"}},
        VariantRow{"tls13_without_ecdsa",
                   {{k12, kRsa, {}, 1},
                    {k12, kEcdsa, {}, 1},
                    {k13, kRsa, {}, 1},
                    {k13, kEcdsa, Alert(kHandshakeFailure)}},
                   {"good", "good", "good", "no_shared_key_type"}},
        VariantRow{"varies_nothing", {{{}, {}, Alert(kHandshakeFailure)}}, {"failed"}}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::testing
