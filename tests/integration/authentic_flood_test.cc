// Servers that complete the handshake and then send records without end, each of them authentic: a
// client that goes on reading decrypts them all. It does where it waits for the verdict on its
// certificate, which under TLS 1.3 comes after the handshake.
#include <gtest/gtest.h>

#include "tests/integration/odd_case.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

struct FloodRow {
  const char* name;
  RecordFlood flood;
  TlsVersion version = TlsVersion::k13;
  ClientCertificate client_certificate = ClientCertificate::kOptional;
  std::vector<std::string> outcomes = {kSuccess};
};

// What may be ignored is ignored for as long as a refusal may follow, but not without end.
const std::vector<std::string> kEither = {kSuccess, "handshake/protocol_error"};

const std::vector<FloodRow> kRows = {
    {.name = "key_updates", .flood = RecordFlood::kKeyUpdates, .outcomes = kEither},
    {.name = "key_update_requests", .flood = RecordFlood::kKeyUpdateRequests, .outcomes = kEither},
    {.name = "tickets", .flood = RecordFlood::kTickets, .outcomes = kEither},
    {.name = "data", .flood = RecordFlood::kData},
    {.name = "data_tls12", .flood = RecordFlood::kData, .version = TlsVersion::k12},
    {.name = "key_updates_unawaited",
     .flood = RecordFlood::kKeyUpdates,
     .client_certificate = ClientCertificate::kNotRequested},
    {.name = "tickets_unawaited",
     .flood = RecordFlood::kTickets,
     .client_certificate = ClientCertificate::kNotRequested},
    {.name = "data_unawaited",
     .flood = RecordFlood::kData,
     .client_certificate = ClientCertificate::kNotRequested},
};

AttackCase CaseOf(const Site& site, const std::string& library, const FloodRow& row) {
  const TlsServerOptions options{.chain = site.Chain(),
                                 .staples = {BuildOcspResponse(site.Good())},
                                 .min_version = row.version,
                                 .max_version = row.version,
                                 .client_certificate = row.client_certificate,
                                 .flood = row.flood,
                                 .library = TlsLibrary::kOpenSsl};
  const auto start = [options] {
    std::shared_ptr<TlsServer> server = TlsServer::Start(options).value();
    return Opponent{server, server->Target(), "leaf.test"};
  };
  return {.name = library + "_" + row.name,
          .module = library,
          .patience = kOddPatience,
          .start = start,
          .outcomes = row.outcomes};
}

TEST(BothLibrariesAuthenticFlood, IsSurvivedOnceTheHandshakeIsComplete) {
  const Site site;
  const std::string configuration = OddModules(site.CaFile());
  std::vector<AttackCase> cases;
  for (const std::string library : {"openssl", "gnutls"}) {
    for (const FloodRow& row : kRows) cases.push_back(CaseOf(site, library, row));
  }
  const auto exporter = Exporter::Start(configuration);
  ASSERT_TRUE(exporter) << exporter.error();
  const Tally tally = Endure(**exporter, cases, 4);
  Print("authentic floods", tally);
  for (const std::string& complaint : tally.complaints) ADD_FAILURE() << complaint;
  if (kSanitized) return;  // what it costs then is the sanitizer's

  const Cost cost = Weigh(configuration, cases);
  Print("authentic floods", cost);
  EXPECT_LT(cost.time.value, 1s) << cost.time.name;
  EXPECT_LT(cost.processor_time.value, 600ms) << cost.processor_time.name;
  EXPECT_LT(cost.memory_growth.value, 16U << 20U) << cost.memory_growth.name;
}

}  // namespace
}  // namespace stapling::testing
