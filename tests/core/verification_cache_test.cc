// With the cache and without it a probe comes to the same answers, whatever changes between two
// probes: the staples, the certificates, the trust store, the time.

#include "core/verification_cache.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "core/probe.h"
#include "core/x509/text.h"
#include "tests/core/loopback_probe.h"
#include "tests/support/crl.h"
#include "tests/support/openssl_handle.h"

namespace stapling::testing {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using std::chrono::sys_seconds;

std::vector<Certificate> Honest() { return Pki().Chain(Pki().leaf); }

Bytes Spoilt(const std::function<void(OcspResponseSpec&)>& change) {
  OcspResponseSpec spec = GoodStapleOf(Pki().leaf);
  change(spec);
  return BuildOcspResponse(spec);
}

Bytes Revoked() {
  return Spoilt([](OcspResponseSpec& spec) {
    spec.responses.front().status = CertStatus::kRevoked;
    spec.responses.front().revoked_at = kNow - days(1);
  });
}

Bytes Corrupt() {
  return Spoilt([](OcspResponseSpec& spec) { spec.corrupt_signature = true; });
}

Bytes Forged() { return BuildOcspResponse(GoodResponse(Pki().leaf, Pki().stranger_root, kNow)); }

// An honest chain, and a certificate that nobody may look into.
std::vector<Certificate> CostlyBehind() {
  std::vector<Certificate> chain = Honest();
  chain.push_back(IssueCertificate({.subject = "Costly CA",
                                    .now = kNow,
                                    .is_ca = true,
                                    .extensions = {RelativePointsExtension(2)}}));
  return chain;
}

Bytes Delegated() {
  return BuildOcspResponse(
      GoodDelegatedResponse(Pki().leaf, Pki().intermediate, Pki().ocsp_signer, kNow));
}

// Everything that a probe tells, but for how long it took.
void Tell(std::ostream& out, const Judgement& judged) {
  const auto instant = [&](const char* name, const std::optional<sys_seconds>& at) {
    out << " " << name << "=" << (at ? std::to_string(at->time_since_epoch().count()) : "-");
  };
  out << Describe(judged.verdict).label << (judged.valid ? " valid" : "") << " checks=";
  for (const CheckInfo& info : Checks()) {
    const auto passed = judged.checks[info.check];
    out << (!passed ? '-' : *passed ? '1' : '0');
  }
  out << " response="
      << (judged.response_status ? Label(*judged.response_status) : std::string_view("-"))
      << " status="
      << (judged.certificate_status ? Label(*judged.certificate_status) : std::string_view("-"))
      << " signer=" << (judged.signer ? Label(*judged.signer) : std::string_view("-"));
  instant("this", judged.this_update);
  instant("next", judged.next_update);
  instant("produced", judged.produced_at);
  instant("expiry", judged.effective_expiry);
  instant("signer_end", judged.signer_not_after);
  instant("revoked", judged.revoked_at);
  out << " " << judged.serial << " " << judged.responder_id << " " << judged.signature_algorithm
      << " " << judged.certid_hash << " " << judged.size_bytes << "\n";
}

std::string Told(const ProbeResult& result) {
  std::ostringstream out;
  const Connection& connection = result.connections.at(0);
  const Handshake& handshake = connection.handshake;
  out << (result.success ? "success" : FailureWords(result)) << "\nchain "
      << (handshake.chain_error ? Describe(*handshake.chain_error).label : "verified") << "\n";
  for (const auto& [certificate, sha256] : handshake.verified_chain) {
    out << "way " << ToHex(sha256) << " " << (certificate != nullptr) << "\n";
  }
  if (handshake.verified_validity.not_after) {
    out << "until " << handshake.verified_validity.not_after->time_since_epoch().count() << "\n";
  }
  for (const PresentedCertificate& presented : handshake.chain) {
    const CertificateFacts& facts = presented.facts;
    out << "sent " << ToHex(presented.sha256) << facts.must_staple << facts.names_responder
        << facts.self_issued << facts.validity.not_before->time_since_epoch().count() << " "
        << facts.validity.not_after->time_since_epoch().count() << "\n";
  }
  if (handshake.leaf) {
    out << handshake.leaf->fingerprint_sha256 << handshake.leaf->subject << handshake.leaf->issuer
        << handshake.leaf->subject_alternative << handshake.leaf->serial << "\n";
  }
  for (const StapleReport& staple : connection.staples) {
    out << "depth " << staple.depth << staple.must_staple << staple.names_responder
        << staple.required.value_or(false) << staple.present.value_or(false) << " ";
    Tell(out, staple.judgement);
  }
  return out.str();
}

// A server that shows what it is told to, and two ways to probe it.
class Twins {
 public:
  explicit Twins(VerificationCache& cache) : cache_(cache) {}

  // What both tell; the test fails where they differ.
  std::string Probe(const std::shared_ptr<const TrustStore>& store, sys_seconds at) {
    const std::string anew = ProbeBy(store, nullptr, at);
    const std::string kept = ProbeBy(store, &cache_, at);
    EXPECT_EQ(kept, anew);
    return anew;
  }
  void Show(std::vector<Certificate> chain, Staples staples) {
    Require(server_->SetChain(std::move(chain), std::move(staples)), "showing a chain");
  }

 private:
  std::string ProbeBy(const std::shared_ptr<const TrustStore>& store, VerificationCache* cache,
                      sys_seconds at) {
    Module module{.name = "test"};
    module.tls.library = LibraryUnderTest();
    TlsClientPool pool;
    const std::shared_ptr<VerificationCache> shared(cache, [](VerificationCache*) {});
    const auto prober = Prober::Make(module, store, pool, {}, {}, {.verifications = shared});
    Require(prober.ok(), "making a prober");
    ProbeLog log;
    const auto target = ParseTarget(server_->Target());
    return Told((*prober)->Probe({.target = *target, .hostname = "localhost", .at = at},
                                 Deadline::After(seconds(10)), log));
  }

  VerificationCache& cache_;
  std::unique_ptr<TlsServer> server_ = Serve({.chain = Honest(), .staples = {}});
};

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

TEST(VerificationCache, ASecondProbeVerifiesNothingAgain) {
  VerificationCache cache;
  Twins twins(cache);
  twins.Show(Honest(), {GoodStaple()});
  const auto store = TrustStoreOf({Pki().root});
  EXPECT_EQ(FirstLine(twins.Probe(store, kNow)), "success");
  EXPECT_EQ(cache.stats().hits, 0);
  EXPECT_EQ(cache.stats().entries, 2);
  EXPECT_EQ(FirstLine(twins.Probe(store, kNow)), "success");
  EXPECT_EQ(cache.stats().hits, 2);
  EXPECT_EQ(cache.stats().misses, 2);
}

TEST(VerificationCache, AKeptStapleExpiresAllTheSame) {
  VerificationCache cache;
  Twins twins(cache);
  twins.Show(Honest(), {GoodStaple()});
  const auto store = TrustStoreOf({Pki().root});
  EXPECT_EQ(FirstLine(twins.Probe(store, kNow)), "success");
  EXPECT_EQ(FirstLine(twins.Probe(store, kNow + days(8))), "judge staple_invalid");
  EXPECT_EQ(FirstLine(twins.Probe(store, kNow - days(1))), "judge staple_invalid");
  EXPECT_EQ(cache.stats().hits, 4);
}

TEST(VerificationCache, AKeptChainHoldsFromItsFirstSecondToTheOneBeforeItsLast) {
  VerificationCache cache;
  Twins twins(cache);
  twins.Show(Honest(), {});
  const auto store = TrustStoreOf({Pki().root});
  EXPECT_EQ(FirstLine(twins.Probe(store, kNow)), "success");
  const sys_seconds begin = kNow - days(30);
  const sys_seconds end = kNow + days(60);
  EXPECT_EQ(FirstLine(twins.Probe(store, begin)), "success");
  EXPECT_EQ(FirstLine(twins.Probe(store, end - seconds(1))), "success");
  EXPECT_EQ(cache.chains.stats().hits, 2);
  EXPECT_EQ(FirstLine(twins.Probe(store, begin - seconds(1))), "judge chain_invalid");
  EXPECT_EQ(FirstLine(twins.Probe(store, end)), "judge chain_invalid");
  EXPECT_EQ(cache.chains.stats().hits, 2);
}

TEST(VerificationCache, AnotherTrustStoreVouchesForItself) {
  VerificationCache cache;
  Twins twins(cache);
  twins.Show(Honest(), {GoodStaple()});
  EXPECT_EQ(FirstLine(twins.Probe(TrustStoreOf({Pki().root}), kNow)), "success");
  EXPECT_EQ(FirstLine(twins.Probe(TrustStoreOf({Pki().stranger_root}), kNow)),
            "judge chain_invalid");
  EXPECT_EQ(FirstLine(twins.Probe(TrustStoreOf({Pki().root}), kNow)), "success");
  EXPECT_EQ(cache.chains.stats().hits, 0);
}

const auto kName = [](const auto& info) { return info.param.name; };

struct ForgerRow {
  std::string name;
  std::function<std::vector<Certificate>()> chain;
  std::function<Staples()> staples;
};
std::ostream& operator<<(std::ostream& out, const ForgerRow& row) { return out << row.name; }

class ForgersTest : public ::testing::TestWithParam<ForgerRow> {};

// Whatever is kept of honest servers helps none of them, and nothing is kept of theirs.
TEST_P(ForgersTest, GainNothingAndFillNothing) {
  VerificationCache cache;
  Twins twins(cache);
  const auto store = TrustStoreOf({Pki().root});
  twins.Show(Honest(), {GoodStaple()});
  EXPECT_EQ(FirstLine(twins.Probe(store, kNow)), "success");
  const std::size_t entries = cache.stats().entries;
  twins.Show(GetParam().chain(), GetParam().staples());
  EXPECT_NE(FirstLine(twins.Probe(store, kNow)), "success");
  EXPECT_NE(FirstLine(twins.Probe(store, kNow)), "success");
  EXPECT_EQ(cache.stats().entries, entries);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ForgersTest,
    ::testing::Values(
        ForgerRow{"corrupt_signature", Honest, [] { return Staples{Corrupt()}; }},
        ForgerRow{"signed_by_a_stranger", Honest, [] { return Staples{Forged()}; }},
        ForgerRow{"no_response_at_all", Honest,
                  [] {
                    return Staples{Bytes{0x30, 0x00}};
                  }},
        ForgerRow{"of_an_impostor",
                  [] {
                    return std::vector<Certificate>{Pki().leaf, Pki().impostor_intermediate};
                  },
                  [] { return Staples{GoodStaple()}; }},
        ForgerRow{"with_a_costly_certificate_behind", CostlyBehind, [] { return Staples{}; }},
        ForgerRow{"without_the_intermediate", [] { return std::vector<Certificate>{Pki().leaf}; },
                  [] { return Staples{GoodStaple()}; }}),
    kName);

// Two hundred steps, each of which changes something at random; the seed is the test's.
TEST(VerificationCache, AnswersAsWithoutItWhateverChanges) {
  const std::vector<std::vector<Certificate>> chains = {
      Honest(),
      Pki().Chain(Pki().leaf_must_staple),
      {Pki().leaf, Pki().intermediate, Pki().root},
      {Pki().leaf, CrossSignedTwin()},
      {Pki().leaf, CrossSignedTwin(), Pki().intermediate},
      {Pki().leaf, Pki().impostor_intermediate},
      {Pki().leaf}};
  const std::vector<Staples> staples = {{},
                                        {GoodStaple()},
                                        {GoodStaple(), GoodStapleOfIntermediate()},
                                        {GoodStaple(), ExpiredStapleOfIntermediate()},
                                        {ExpiredStaple()},
                                        {Revoked()},
                                        {Corrupt()},
                                        {Forged()},
                                        {Delegated()},
                                        {Bytes{}}};
  const std::vector<std::shared_ptr<const TrustStore>> stores = {
      TrustStoreOf({Pki().root}), TrustStoreOf({Pki().stranger_root}),
      TrustStoreOf({Pki().root, Pki().stranger_root}), TrustStoreOf({Pki().intermediate})};
  const std::vector<sys_seconds> times = {kNow,           kNow - days(2),  kNow + days(3),
                                          kNow + days(8), kNow + days(90), kNow - days(40)};
  // So small that it drops what it will be asked for again.
  VerificationCache cache(std::size_t{12} * 1024);
  Twins twins(cache);
  std::mt19937 random(20'260'101);  // NOLINT(cert-msc51-cpp)
  const auto any = [&random](const auto& of) {
    return of[std::uniform_int_distribution<std::size_t>(0, of.size() - 1)(random)];
  };
  for (int step = 0; step < 200; ++step) {
    if (step % 3 == 0) twins.Show(any(chains), any(staples));
    SCOPED_TRACE(step);
    twins.Probe(any(stores), any(times));
  }
  EXPECT_GT(cache.chains.stats().hits, 10);
  EXPECT_GT(cache.responses.stats().hits, 10);
}

}  // namespace
}  // namespace stapling::testing
