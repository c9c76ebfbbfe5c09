// What a strict client would say of a server, in one word: the phase judge, end to end.
#include "core/probe.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <functional>
#include <ostream>

#include "tests/core/loopback_probe.h"
#include "tests/support/der.h"

namespace stapling::testing {
namespace {

using std::chrono::days;
using std::chrono::hours;

struct Row {
  std::string name;
  std::function<void(ProbeCase&)> change;
  std::string failure = {};  // empty: success
  std::string detail = {};
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

const auto kRowName = [](const auto& info) {
  const auto& [version, row] = info.param;
  return row.name + (version == TlsVersion::k13 ? "_tls13" : "_tls12");
};

// Each row starts from a leaf that names a responder, its intermediate, and a good staple.
class ProbeVerdictTest : public ::testing::TestWithParam<std::tuple<TlsVersion, Row>> {};

TEST_P(ProbeVerdictTest, IsTheFirstObjectionOfAStrictClient) {
  const auto& [version, row] = GetParam();
  ProbeCase probe{.server = {.chain = Pki().Chain(Pki().leaf), .staples = {GoodStaple()}}};
  probe.server.min_version = probe.server.max_version = version;
  row.change(probe);
  const ProbeResult result = ProbeServer(probe);
  EXPECT_EQ(FailureWords(result), row.failure);
  if (result.failure()) {
    EXPECT_EQ(result.failure()->detail, row.detail);
  }
  EXPECT_EQ(PhaseWords(result),
            (std::vector<std::string>{"resolve", "connect", "handshake", "judge"}));
}

// Work that ran out of memory may leave as much behind, on a thread that goes on probing.
TEST(ProbeTest, IsNotHeldToErrorsThatEarlierWorkLeftInOpensslsQueue) {
  const auto server = Serve({.chain = Pki().Chain(Pki().leaf), .staples = {GoodStaple()}});
  Module module;
  module.tls.library = LibraryUnderTest();
  const auto prober = Prober::Make(module, TrustStoreOf({Pki().root}));
  ASSERT_TRUE(prober) << prober.error();
  const auto target = ParseTarget("localhost:" + std::to_string(server->port()));
  ProbeLog log;
  ERR_raise(ERR_LIB_ASN1, ERR_R_MALLOC_FAILURE);
  const ProbeResult result = (*prober)->Probe({.target = *target, .at = kNow},
                                              Deadline::After(std::chrono::seconds(10)), log);
  EXPECT_EQ(FailureWords(result), "");
}

const auto kBoth = ::testing::Values(TlsVersion::k12, TlsVersion::k13);
const auto kTls12 = ::testing::Values(TlsVersion::k12);
const auto kTls13 = ::testing::Values(TlsVersion::k13);

constexpr const char* kStapleMissing = "judge staple_missing";
constexpr const char* kStapleInvalid = "judge staple_invalid";
constexpr const char* kChainInvalid = "judge chain_invalid";
constexpr const char* kMismatch = "judge hostname_mismatch";
constexpr const char* kExpiredDetail = "certificate has expired";

void Present(ProbeCase& probe, const Certificate& leaf, Staples staples = {}) {
  probe.server.chain = Pki().Chain(leaf);
  probe.server.staples = std::move(staples);
}
void Require(ProbeCase& probe, StapleRequirement requirement) {
  probe.module.staple.require = requirement;
}

INSTANTIATE_TEST_SUITE_P(
    Missing, ProbeVerdictTest,
    ::testing::Combine(
        kBoth,
        ::testing::Values(
            Row{"must_staple_by_default",
                [](auto& p) { Present(p, Pki().leaf_must_staple); }, kStapleMissing,
                "depth 0: missing"},
            Row{"named_responder_by_default", [](auto& p) { Present(p, Pki().leaf); }},
            Row{"neither_by_default", [](auto& p) { Present(p, Pki().leaf_without_responder); }},
            Row{"never_and_must_staple",
                [](auto& p) {
                  Present(p, Pki().leaf_must_staple);
                  Require(p, StapleRequirement::kNever);
                }},
            Row{"expected_and_must_staple",
                [](auto& p) {
                  Present(p, Pki().leaf_must_staple);
                  Require(p, StapleRequirement::kExpected);
                },
                kStapleMissing, "depth 0: missing"},
            Row{"expected_and_named_responder",
                [](auto& p) {
                  Present(p, Pki().leaf);
                  Require(p, StapleRequirement::kExpected);
                },
                kStapleMissing, "depth 0: missing"},
            Row{"expected_and_neither",
                [](auto& p) {
                  Present(p, Pki().leaf_without_responder);
                  Require(p, StapleRequirement::kExpected);
                }},
            Row{"always",
                [](auto& p) {
                  Present(p, Pki().leaf_without_responder);
                  Require(p, StapleRequirement::kAlways);
                },
                kStapleMissing, "depth 0: missing"})),
    kRowName);

void Staple(ProbeCase& probe, const std::function<void(OcspResponseSpec&)>& change) {
  OcspResponseSpec spec = GoodStapleOf(Pki().leaf);
  change(spec);
  probe.server.staples = {BuildOcspResponse(spec)};
}

INSTANTIATE_TEST_SUITE_P(
    Stapled, ProbeVerdictTest,
    ::testing::Combine(
        kBoth,
        ::testing::Values(
            Row{"good", [](auto&) {}},
            Row{"good_and_must_staple",
                [](auto& p) {
                  Present(p, Pki().leaf_must_staple, {GoodStaple(Pki().leaf_must_staple)});
                }},
            Row{"good_and_always", [](auto& p) { Require(p, StapleRequirement::kAlways); }},
            Row{"good_by_a_delegated_signer",
                [](auto& p) {
                  p.server.staples = {BuildOcspResponse(GoodDelegatedResponse(
                      Pki().leaf, Pki().intermediate, Pki().ocsp_signer, kNow))};
                }},
            Row{"expired", [](auto& p) { p.server.staples = {ExpiredStaple()}; }, kStapleInvalid,
                "depth 0: expired"},
            Row{"expired_though_never_required",
                [](auto& p) {
                  p.server.staples = {ExpiredStaple()};
                  Require(p, StapleRequirement::kNever);
                },
                kStapleInvalid, "depth 0: expired"},
            Row{"of_another_certificate",
                [](auto& p) { p.server.staples = {GoodStaple(Pki().leaf_must_staple)}; },
                kStapleInvalid, "depth 0: wrong_certificate"},
            Row{"noise", [](auto& p) { p.server.staples = {Noise(500)}; }, kStapleInvalid,
                "depth 0: malformed"},
            Row{"try_later", [](auto& p) { p.server.staples = {ErrorResponse(3)}; }, kStapleInvalid,
                "depth 0: responder_error"},
            Row{"by_an_impostor",
                [](auto& p) {
                  Staple(p, [](auto& spec) { spec.signer = &Pki().impostor_intermediate; });
                },
                kStapleInvalid, "depth 0: bad_signature"},
            Row{"revoked",
                [](auto& p) {
                  Staple(p, [](auto& spec) {
                    spec.responses[0].status = CertStatus::kRevoked;
                    spec.responses[0].revoked_at = kNow - days(1);
                  });
                },
                "judge revoked", "depth 0: revoked"},
            Row{"unknown",
                [](auto& p) {
                  Staple(p, [](auto& spec) { spec.responses[0].status = CertStatus::kUnknown; });
                },
                "judge unknown", "depth 0: unknown"})),
    kRowName);

INSTANTIATE_TEST_SUITE_P(
    Policy, ProbeVerdictTest,
    ::testing::Combine(kBoth,
                       ::testing::Values(Row{"max_age",
                                             [](auto& p) {
                                               p.module.staple.policy.max_age =
                                                   std::chrono::minutes(59);
                                             },
                                             kStapleInvalid, "depth 0: too_old"},
                                         Row{"require_next_update",
                                             [](auto& p) {
                                               Staple(p, [](auto& spec) {
                                                 spec.responses[0].next_update.reset();
                                               });
                                               p.module.staple.policy.require_next_update = true;
                                             },
                                             kStapleInvalid, "depth 0: no_next_update"},
                                         Row{"clock_skew",
                                             [](auto& p) {
                                               p.at = kNow - hours(1) - std::chrono::minutes(10);
                                               p.module.staple.policy.clock_skew =
                                                   std::chrono::minutes(11);
                                             }},
                                         Row{"later", [](auto& p) { p.at = kNow + days(8); },
                                             kStapleInvalid, "depth 0: expired"})),
    kRowName);

INSTANTIATE_TEST_SUITE_P(
    ChainAndName, ProbeVerdictTest,
    ::testing::Combine(
        kBoth,
        ::testing::Values(
            Row{"chain_expired", [](auto& p) { p.at = kNow + days(61); }, kChainInvalid,
                kExpiredDetail},
            Row{"chain_beats_name",
                [](auto& p) {
                  p.at = kNow + days(61);
                  p.hostname = "other.test";
                },
                kChainInvalid, kExpiredDetail},
            Row{"chain_beats_staple",
                [](auto& p) {
                  p.at = kNow + days(61);
                  p.server.staples = {Noise(100)};
                },
                kChainInvalid, kExpiredDetail},
            Row{"name", [](auto& p) { p.hostname = "other.test"; }, kMismatch},
            Row{"name_beats_staple",
                [](auto& p) {
                  p.hostname = "other.test";
                  p.server.staples = {Noise(100)};
                },
                kMismatch},
            Row{"name_beats_a_missing_staple",
                [](auto& p) {
                  p.hostname = "other.test";
                  Present(p, Pki().leaf_must_staple);
                },
                kMismatch},
            Row{"untrusted", [](auto& p) { p.trusted = {Pki().stranger_root}; }, kChainInvalid,
                "unable to get local issuer certificate"})),
    kRowName);

void SkipVerify(ProbeCase& probe) { probe.module.tls.insecure_skip_verify = true; }

INSTANTIATE_TEST_SUITE_P(InsecureSkipVerify, ProbeVerdictTest,
                         ::testing::Combine(
                             kBoth, ::testing::Values(Row{"untrusted_chain_and_wrong_name",
                                                          [](auto& p) {
                                                            SkipVerify(p);
                                                            p.trusted = {Pki().stranger_root};
                                                            p.hostname = "other.test";
                                                          }},
                                                      Row{"staple_still_counts",
                                                          [](auto& p) {
                                                            SkipVerify(p);
                                                            p.trusted = {Pki().stranger_root};
                                                            p.server.staples = {ExpiredStaple()};
                                                          },
                                                          kStapleInvalid, "depth 0: expired"},
                                                      Row{"missing_staple_still_counts",
                                                          [](auto& p) {
                                                            SkipVerify(p);
                                                            Present(p, Pki().leaf_must_staple);
                                                          },
                                                          kStapleMissing, "depth 0: missing"},
                                                      // The issuer is only who signed the
                                                      // certificate, not who shares its issuer's
                                                      // name.
                                                      Row{"impostor_and_its_forged_staple",
                                                          [](auto& p) {
                                                            SkipVerify(p);
                                                            p.trusted = {Pki().stranger_root};
                                                            p.server.chain = {
                                                                Pki().leaf,
                                                                Pki().impostor_intermediate};
                                                            p.server.staples = {
                                                                BuildOcspResponse(GoodResponse(
                                                                    Pki().leaf,
                                                                    Pki().impostor_intermediate,
                                                                    kNow))};
                                                          },
                                                          kStapleInvalid,
                                                          "depth 0: issuer_unknown"})),
                         kRowName);

// Of a name that is no UTF-8: GnuTLS takes it, OpenSSL does not decode it.
const Certificate& Undecodable() {
  static const Certificate certificate =
      IssueCertificate({.subject = "leaf.test",
                        .subject_attributes = {{.value = "Soci\xe9t\xe9", .tag = der::kUtf8String}},
                        .issuer = &Pki().intermediate,
                        .now = kNow,
                        .dns_names = {"leaf.test"}});
  return certificate;
}

std::string UndecodableAt(unsigned depth) {
  return ByLibrary<std::string>("invalid utf8string",
                                "certificate " + std::to_string(depth) + " cannot be decoded");
}

INSTANTIATE_TEST_SUITE_P(
    Undecodable, ProbeVerdictTest,
    ::testing::Combine(kBoth, ::testing::Values(Row{"leaf",
                                                    [](auto& p) {
                                                      Present(p, Undecodable());
                                                      SkipVerify(p);
                                                    },
                                                    "handshake protocol_error", UndecodableAt(0)},
                                                Row{"beside_the_chain",
                                                    [](auto& p) {
                                                      p.server.chain.push_back(Undecodable());
                                                    },
                                                    "handshake protocol_error", UndecodableAt(2)})),
    kRowName);

void CountChain(ProbeCase& probe) { probe.module.staple.chain = true; }

std::vector<Certificate> Roots(std::size_t count) {
  std::vector<Certificate> roots(count, Pki().stranger_root);
  roots.push_back(Pki().root);
  return roots;
}

// The leaf, so many certificates that have nothing to do with it, and the one that issued it.
std::vector<Certificate> HiddenIntermediate(std::size_t others) {
  std::vector<Certificate> chain(others, Pki().stranger_root);
  chain.insert(chain.begin(), Pki().leaf);
  chain.push_back(Pki().intermediate);
  return chain;
}

INSTANTIATE_TEST_SUITE_P(
    Deeper, ProbeVerdictTest,
    ::testing::Combine(
        kTls13,
        ::testing::Values(
            Row{"good",
                [](auto& p) { p.server.staples = {GoodStaple(), GoodStapleOfIntermediate()}; }},
            Row{"expired",
                [](auto& p) { p.server.staples = {GoodStaple(), ExpiredStapleOfIntermediate()}; },
                kStapleInvalid, "depth 1: expired"},
            Row{"expired_and_the_leaf_has_none",
                [](auto& p) {
                  p.server.staples = {std::nullopt, ExpiredStapleOfIntermediate()};
                },
                kStapleInvalid, "depth 1: expired"},
            Row{"revoked",
                [](auto& p) { p.server.staples = {GoodStaple(), RevokedStapleOfIntermediate()}; },
                "judge revoked", "depth 1: revoked"},
            Row{"revoked_and_the_leaf_has_none",
                [](auto& p) {
                  p.server.staples = {std::nullopt, RevokedStapleOfIntermediate()};
                },
                "judge revoked", "depth 1: revoked"},
            Row{"anchor_is_trusted_without",
                [](auto& p) {
                  p.trusted = {Pki().intermediate};
                  Require(p, StapleRequirement::kAlways);
                  CountChain(p);
                }},
            Row{"anchor_whose_issuer_is_not_at_hand",
                [](auto& p) {
                  p.trusted = {Pki().intermediate};
                  p.server.staples = {GoodStaple(), GoodStapleOfIntermediate()};
                }},
            Row{"anchor_that_is_revoked",
                [](auto& p) {
                  p.trusted = {Pki().intermediate, Pki().root};
                  p.server.staples = {GoodStaple(), RevokedStapleOfIntermediate()};
                },
                "judge revoked", "depth 1: revoked"},
            Row{"beside_the_chain_needs_none",
                [](auto& p) {
                  p.server.chain = {Pki().leaf, Pki().intermediate, Pki().sibling_ca};
                  p.server.staples = {GoodStaple(), GoodStapleOfIntermediate()};
                  Require(p, StapleRequirement::kAlways);
                  CountChain(p);
                }},
            Row{"beside_a_chain_that_does_not_verify_needs_one",
                [](auto& p) {
                  SkipVerify(p);
                  p.trusted = {Pki().stranger_root};
                  p.server.chain = {Pki().leaf, Pki().intermediate, Pki().sibling_ca};
                  Require(p, StapleRequirement::kAlways);
                  CountChain(p);
                },
                kStapleMissing, "depth 1: missing"},
            Row{"leaf_first",
                [](auto& p) { p.server.staples = {ExpiredStaple(), Noise(10)}; }, kStapleInvalid,
                "depth 0: expired"},
            Row{"missing_does_not_count",
                [](auto& p) { Require(p, StapleRequirement::kAlways); }},
            Row{"missing_counts_with_chain",
                [](auto& p) {
                  Require(p, StapleRequirement::kAlways);
                  CountChain(p);
                },
                kStapleMissing, "depth 1: missing"},
            Row{"missing_with_chain_but_not_required", [](auto& p) { CountChain(p); }},
            Row{"present_with_chain",
                [](auto& p) {
                  p.server.staples = {GoodStaple(), GoodStapleOfIntermediate()};
                  Require(p, StapleRequirement::kAlways);
                  CountChain(p);
                }},
            Row{"hidden_behind_others",
                [](auto& p) {
                  p.server.chain = HiddenIntermediate(8);
                  CountChain(p);
                },
                "handshake chain_too_large",
                "a certificate of the chain stands behind more than 8 others"},
            Row{"behind_as_many_as_are_looked_at",
                [](auto& p) {
                  p.server.chain = HiddenIntermediate(7);
                  Require(p, StapleRequirement::kAlways);
                  CountChain(p);
                },
                kStapleMissing, "depth 8: missing"},
            Row{"a_staple_hidden_behind_others",
                [](auto& p) {
                  p.server.chain = HiddenIntermediate(8);
                  p.server.staples.assign(10, std::nullopt);
                  p.server.staples.front() = GoodStaple();
                  p.server.staples.back() = RevokedStapleOfIntermediate();
                },
                "handshake chain_too_large",
                "a certificate with a staple stands behind more than 8 others"},
            Row{"hidden_where_the_leaf_alone_counts",
                [](auto& p) { p.server.chain = HiddenIntermediate(8); }},
            Row{"hidden_by_roots_of_no_consequence",
                [](auto& p) {
                  p.server.chain = Roots(9);
                  p.server.chain.insert(p.server.chain.begin(), {Pki().leaf, Pki().intermediate});
                  CountChain(p);
                }},
            Row{"root_needs_none",
                [](auto& p) {
                  p.server.chain = {Pki().leaf, Pki().intermediate, Pki().root};
                  p.server.staples = {GoodStaple(), GoodStapleOfIntermediate()};
                  Require(p, StapleRequirement::kAlways);
                  CountChain(p);
                }})),
    kRowName);

INSTANTIATE_TEST_SUITE_P(DeeperTls12, ProbeVerdictTest,
                         ::testing::Combine(kTls12, ::testing::Values(Row{
                                                        "there_is_no_place_for_it",
                                                        [](auto& p) {
                                                          Require(p, StapleRequirement::kAlways);
                                                          CountChain(p);
                                                        }})),
                         kRowName);

}  // namespace
}  // namespace stapling::testing
