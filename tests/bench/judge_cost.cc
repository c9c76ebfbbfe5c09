#include <benchmark/benchmark.h>

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/ocsp/judge.h"
#include "core/tls/chain_verification.h"
#include "core/x509/trust_store.h"
#include "tests/bench/padded_response.h"
#include "tests/bench/sections.h"
#include "tests/integration/site.h"
#include "tests/support/openssl_handle.h"
#include "tests/support/signing.h"

namespace stapling::bench {
namespace {

using testing::Bytes;
using testing::Site;

// What everything here is measured by: the one computation that none of it can do without.
constexpr const char* kUnit = "one ECDSA P-256 verification by OpenSSL";

// Keeps what was measured instead of printing it.
class Keeper : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& /*context*/) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type == Run::RT_Iteration) {
        seconds_[run.run_name.function_name].push_back(run.cpu_accumulated_time /
                                                       static_cast<double>(run.iterations));
      }
    }
  }

  [[nodiscard]] const std::vector<double>& SecondsOf(const std::string& name) {
    return seconds_[name];
  }

 private:
  std::map<std::string, std::vector<double>> seconds_;
};

struct Named {
  std::string name;
  std::function<void()> work;
};

// Each several times, in an order of chance, so that no disturbance falls on one alone.
void RunAll(const Settings& settings, const std::vector<Named>& all, Keeper& keeper) {
  std::array<std::string, 3> words = {
      "stapling_bench", "--benchmark_enable_random_interleaving=true",
      std::string("--benchmark_min_time=") + By(settings, "0.0001", "0.02", "0.05")};
  std::array<char*, 3> arguments = {words[0].data(), words[1].data(), words[2].data()};
  int count = arguments.size();
  benchmark::Initialize(&count, arguments.data());
  for (const Named& one : all) {
    benchmark::RegisterBenchmark(one.name.c_str(), [work = one.work](benchmark::State& state) {
      for (auto step : state) {
        (void)step;
        work();
      }
    })->Repetitions(By(settings, 1, 9, 25));
  }
  benchmark::RunSpecifiedBenchmarks(&keeper);
  benchmark::ClearRegisteredBenchmarks();
}

std::function<void()> Verification(const Site& site) {
  const Bytes data(200, 0x5a);
  const testing::Signature signature = testing::Sign(site.leaf.key(), {}, data);
  return [key = site.leaf.shared_key(), data, signature] {
    const testing::DigestContext context(EVP_MD_CTX_new());
    EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
    benchmark::DoNotOptimize(EVP_DigestVerify(context.get(), signature.value.data(),
                                              signature.value.size(), data.data(), data.size()));
  };
}

std::function<void()> Judging(const Site& site, const testing::OcspResponseSpec& spec) {
  return [&site, response = BuildOcspResponse(spec)] {
    benchmark::DoNotOptimize(Judge({.response = response,
                                    .certificate = site.leaf.x509(),
                                    .issuer = site.pki.intermediate.x509(),
                                    .now = site.now,
                                    .policy = {}}));
  };
}

std::function<void()> ChainVerification(const Site& site,
                                        std::shared_ptr<const TrustStore> trusted) {
  return [&site, trusted = std::move(trusted)] {
    Handshake handshake;
    for (const testing::Certificate& certificate : site.Chain()) {
      handshake.chain.push_back({.certificate = Share(certificate.x509())});
    }
    VerifyChain(handshake, *trusted, {.server_name = {}, .now = site.now});
    benchmark::DoNotOptimize(handshake.chain_error);
  };
}

}  // namespace

std::optional<Error> MeasureJudge(const Settings& settings, Table& table) {
  const Site site;
  auto trusted = TrustStore::Load(site.CaFile());
  if (!trusted) return Error{trusted.error()};
  const testing::OcspResponseSpec delegated = testing::GoodDelegatedResponse(
      site.leaf, site.pki.intermediate, site.pki.ocsp_signer, site.now);
  constexpr std::size_t kKibi = 1024;
  const std::vector<Named> all = {
      {kUnit, Verification(site)},
      {"judge: signed by the issuer", Judging(site, site.Good())},
      {"judge: signed by a delegate, whose certificate it brings", Judging(site, delegated)},
      {"judge: signed by the issuer, 1 KiB", Judging(site, Padded(site.Good(), kKibi))},
      {"judge: signed by the issuer, 15 KiB", Judging(site, Padded(site.Good(), 15 * kKibi))},
      {"verification of a chain of two", ChainVerification(site, std::move(trusted).value())},
  };
  Keeper keeper;
  RunAll(settings, all, keeper);
  table.Section("The judge alone");
  for (const Named& one : all)
    table.Add(one.name, Scaled(keeper.SecondsOf(one.name), 1e6), "us CPU");
  const double unit = SpreadOf(keeper.SecondsOf(kUnit)).median;
  for (std::size_t i = 1; i < all.size(); ++i) {
    table.Add(all[i].name + " / verification", Scaled(keeper.SecondsOf(all[i].name), 1 / unit),
              kTimes);
  }
  return std::nullopt;
}

}  // namespace stapling::bench
