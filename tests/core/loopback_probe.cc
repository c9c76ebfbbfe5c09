#include "tests/core/loopback_probe.h"

#include <gtest/gtest.h>

#include "tests/support/openssl_handle.h"

namespace stapling::testing {
namespace {

OcspResponseSpec Expired(OcspResponseSpec spec) {
  const auto next_update = kNow - std::chrono::days(1);
  spec.produced_at = next_update - std::chrono::days(7);
  spec.responses.front().this_update = spec.produced_at;
  spec.responses.front().next_update = next_update;
  return spec;
}

}  // namespace

ProbeResult ProbeTarget(const std::string& target, const ProbeCase& with,
                        std::chrono::milliseconds patience, const ResolverSettings& resolver) {
  Module module = with.module;
  module.tls.library = LibraryUnderTest();
  const auto prober = Prober::Make(module, TrustStoreOf(with.trusted), resolver, with.policy);
  Require(prober.ok(), "making a prober");
  const auto parsed = ParseTarget(target);
  Require(parsed.ok(), "parsing a target");
  ProbeLog log;
  return (*prober)->Probe({.target = *parsed, .hostname = with.hostname, .at = with.at},
                          Deadline::After(patience), log);
}

ProbeResult ProbeServer(const ProbeCase& of) {
  const auto server = Serve(of.server);
  return ProbeTarget(of.host + ":" + std::to_string(server->port()), of);
}

std::string FailureWords(const ProbeResult& result) {
  EXPECT_EQ(result.success, !result.failure().has_value());
  return Words(result.failure());
}

std::vector<std::string> PhaseWords(const ProbeResult& result) {
  std::vector<std::string> words;
  for (const auto& [phase, duration] : result.connections.at(0).phases) {
    EXPECT_GE(duration.count(), 0.0);
    words.emplace_back(Describe(phase).label);
  }
  return words;
}

OcspResponseSpec GoodStapleOf(const Certificate& leaf) {
  return GoodResponse(leaf, Pki().intermediate, kNow);
}

Bytes GoodStaple(const Certificate& leaf) { return BuildOcspResponse(GoodStapleOf(leaf)); }

Bytes GoodStapleOfIntermediate() {
  return BuildOcspResponse(GoodResponse(Pki().intermediate, Pki().root, kNow));
}

Bytes ExpiredStaple(const Certificate& leaf) {
  return BuildOcspResponse(Expired(GoodStapleOf(leaf)));
}

Bytes ExpiredStapleOfIntermediate() {
  return BuildOcspResponse(Expired(GoodResponse(Pki().intermediate, Pki().root, kNow)));
}

Bytes RevokedStapleOfIntermediate() {
  OcspResponseSpec spec = GoodResponse(Pki().intermediate, Pki().root, kNow);
  spec.responses.front().status = CertStatus::kRevoked;
  spec.responses.front().revoked_at = kNow - std::chrono::days(1);
  return BuildOcspResponse(spec);
}

}  // namespace stapling::testing
