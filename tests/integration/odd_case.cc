#include "tests/integration/odd_case.h"

#include <gtest/gtest.h>

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

std::vector<std::string> OutcomesOf(const OddRow& row, const std::string& library,
                                    const std::string& version) {
  for (const std::string& key : {library + "_" + version, library, version}) {
    if (const auto found = row.instead.find(key); found != row.instead.end()) return found->second;
  }
  return row.outcomes;
}

AttackCase CaseOf(const std::shared_ptr<const OddRow>& row, const std::string& library,
                  TlsVersion version) {
  const std::string label = version == TlsVersion::k12 ? "tls12" : "tls13";
  const auto start = [row, version] {
    std::shared_ptr<TlsServer> server = TlsServer::Start({.chain = row->chain,
                                                          .staples = row->staples,
                                                          .min_version = version,
                                                          .max_version = version,
                                                          .noise_signature = row->noise_signature,
                                                          .library = row->server})
                                            .value();
    return Opponent{server, server->Target(), row->hostname};
  };
  return {.name = library + "_" + label + "_" + row->name,
          .module = library,
          .patience = kOddPatience,
          .start = start,
          .outcomes = OutcomesOf(*row, library, label)};
}

}  // namespace

std::string OddModules(const std::string& ca_file) {
  std::string modules = "modules:\n";
  for (const std::string library : {"openssl", "gnutls"}) {
    modules += "  " + library + ":\n    tls_library: " + library +
               "\n    timeout: " + std::to_string(kOddPatience.count()) +
               "s\n    tls_config: {ca_file: \"" + ca_file + "\"}\n";
  }
  return modules;
}

std::vector<AttackCase> OddCases(const std::vector<OddRow>& rows) {
  std::vector<AttackCase> cases;
  for (const OddRow& row : rows) {
    const auto shared = std::make_shared<const OddRow>(row);
    for (const char* library : {"openssl", "gnutls"}) {
      for (const TlsVersion version : {TlsVersion::k12, TlsVersion::k13}) {
        AttackCase made = CaseOf(shared, library, version);
        if (!made.outcomes.empty()) cases.push_back(std::move(made));
      }
    }
  }
  return cases;
}

void ExpectEndured(const std::string& what, const Site& site, const std::vector<OddRow>& rows) {
  const std::string configuration = OddModules(site.CaFile());
  const auto exporter = Exporter::Start(configuration);
  ASSERT_TRUE(exporter) << exporter.error();
  const std::vector<AttackCase> cases = OddCases(rows);
  const Tally tally = Endure(**exporter, cases, kSanitized ? 2 : 4);
  Print(what, tally);
  for (const std::string& complaint : tally.complaints) ADD_FAILURE() << complaint;
  if (kSanitized) return;  // what it costs then is the sanitizer's
  EXPECT_LT(tally.memory_growth, 256U << 20U);

  const Cost cost = Weigh(configuration, cases);
  Print(what, cost);
  EXPECT_LT(cost.lateness.value, 500ms) << cost.lateness.name;
  EXPECT_LT(cost.memory_growth.value, 64U << 20U) << cost.memory_growth.name;
  EXPECT_LT(cost.processor_time.value, 2s) << cost.processor_time.name;
}

CertificateSpec OddLeaf(const Site& site) {
  return {.subject = "leaf.test",
          .issuer = &site.pki.intermediate,
          .now = site.now,
          .dns_names = {"localhost", "leaf.test"},
          .ip_addresses = {"127.0.0.1"},
          .responder_urls = {kResponderUrl}};
}

OcspResponseSpec ManyAnswers(const Site& site, std::size_t count, const Bytes& serial) {
  OcspResponseSpec spec = site.Good();
  const SingleResponseSpec own = spec.responses.front();
  SingleResponseSpec other = own;
  other.serial = serial;
  // Hashed once, not for every one of them.
  other.issuer_name_hash = Digest("SHA1", site.pki.intermediate.SubjectDer());
  other.issuer_key_hash = Digest("SHA1", site.pki.intermediate.PublicKeyContent());
  other.hash_algorithm = DigestAlgorithm("SHA1");
  spec.responses.assign(count - 1, other);
  spec.responses.push_back(own);
  return spec;
}

Bytes LongOid(std::size_t octets) {
  constexpr std::uint8_t kIso = 0x2B;  // 1.3
  Bytes content(octets, 0xFF);
  content.front() = kIso;
  content.back() = 0x7F;
  return der::Element(0x06, content);
}

Bytes GoodFor(const Site& site, const Certificate& leaf, const Certificate& issuer) {
  return BuildOcspResponse(GoodResponse(leaf, issuer, site.now));
}

}  // namespace stapling::testing
