// A DNS server that goes and comes back: probes fail in resolve, in time, and succeed again at
// once.

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/integration/ordeal.h"
#include "tests/integration/scrape.h"
#include "tests/support/dns_server.h"
#include "tests/support/private_network.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

TEST(DnsOutage, IsOverWhenTheServerIsBack) {
  const auto name_server = EnterPrivateNetwork();
  ASSERT_TRUE(name_server) << name_server.error();
  const Site site;
  const auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {BuildOcspResponse(site.Good())}});
  ASSERT_TRUE(server) << server.error();
  const DnsServerOptions healthy{
      .address = *name_server, .port = 53, .names = {{"leaf.test", {"127.0.0.1"}}}};
  DnsServerOptions silent = healthy;
  silent.answer_nothing = true;
  DnsServerOptions broken = healthy;
  broken.servfail = {"leaf.test"};
  const auto exporter = Exporter::Start(ModuleTrusting(site.CaFile()));
  ASSERT_TRUE(exporter) << exporter.error();

  struct Row {
    const char* name;
    const DnsServerOptions* options;  // null: there is none
    const char* failure;
  };
  Ordeal ordeal("DNS", **exporter);
  for (const Row& row :
       {Row{"there", &healthy, ""}, Row{"gone", nullptr, "resolve/dns_error"},
        Row{"back", &healthy, ""}, Row{"silent", &silent, "resolve/timeout"},
        Row{"back from silence", &healthy, ""}, Row{"broken", &broken, "resolve/dns_error"},
        Row{"back and whole", &healthy, ""}}) {
    SCOPED_TRACE(row.name);
    std::unique_ptr<DnsServer> dns;
    if (row.options != nullptr) {
      auto made = DnsServer::Start(*row.options);
      ASSERT_TRUE(made) << made.error();
      dns = std::move(*made);
    }
    ordeal.Try(row.name, [&] {
      const HttpResponse page = (*exporter)->Probe(
          {.target = "leaf.test:" + std::to_string((*server)->port()), .timeout_header = "3"});
      EXPECT_EQ(FailureOf(Samples(page.body)), row.failure) << page.body;
      EXPECT_EQ(Samples(page.body).Value("probe_success"), *row.failure == '\0' ? 1 : 0);
    });
  }
  EXPECT_TRUE(ordeal.AllSurvived());
  EXPECT_LT(ordeal.Worst(), std::chrono::seconds(10));
  EXPECT_EQ(ordeal.Leaks(std::size_t{4} * 1024 * 1024), "");
}

}  // namespace
}  // namespace stapling::testing
