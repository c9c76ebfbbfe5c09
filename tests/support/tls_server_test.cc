#include "tests/support/tls_server.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/support/ocsp_response.h"
#include "tests/support/process.h"
#include "tests/support/socket.h"
#include "tests/support/standard_pki.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_client.h"

namespace stapling::testing {
namespace {

using std::chrono::sys_seconds;

sys_seconds Today() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

const StandardPki& Pki() {
  static const StandardPki pki(Today());
  return pki;
}

std::unique_ptr<TlsServer> MustStart(TlsServerOptions options) {
  auto server = TlsServer::Start(std::move(options));
  EXPECT_TRUE(server.ok()) << (server.ok() ? "" : server.error());
  return std::move(server).value();
}

struct StapleCase {
  const char* name;
  TlsVersion version;
  Staples staples;
  Staples expected;
  TlsLibrary library = TlsLibrary::kAutomatic;
  const char* error = "";  // OpenSSL's client: it takes no empty staple, and 16 KiB under TLS 1.2
};

void PrintTo(const StapleCase& row, std::ostream* out) { *out << row.name; }

class StaplesTest : public ::testing::TestWithParam<StapleCase> {};

TEST_P(StaplesTest, ArriveAsTheyAre) {
  const StapleCase& row = GetParam();
  const auto server =
      MustStart({.chain = Pki().Chain(Pki().leaf), .staples = row.staples, .library = row.library});
  const TestHandshake seen = Connect({.port = server->port(), .version = row.version});
  EXPECT_EQ(seen.completed, std::string_view(row.error).empty()) << seen.error;
  EXPECT_NE(seen.error.find(row.error), std::string::npos) << seen.error;
  EXPECT_EQ(seen.chain, (std::vector<Bytes>{Pki().leaf.Der(), Pki().intermediate.Der()}));
  EXPECT_EQ(seen.staples, row.expected);
  ASSERT_TRUE(server->WaitForFinished(1));
  if (seen.completed) {
    EXPECT_EQ(server->Connections()[0].ending, Ending::kCloseNotify);
  }
  EXPECT_EQ(server->HandshakesCompleted(), seen.completed ? 1U : 0U);
}

constexpr const char* kRefused = "malloc failure";
const Bytes kText = ToBytes("not a staple");
const Bytes kMegabyte = Noise(1 << 20);
const Bytes kLargest12 = Noise(16380);
const Bytes kLargest13 = Noise(65527);

INSTANTIATE_TEST_SUITE_P(
    Rows, StaplesTest,
    ::testing::Values(
        StapleCase{"None12", TlsVersion::k12, {}, {{}, {}}},
        StapleCase{"None13", TlsVersion::k13, {}, {{}, {}}},
        StapleCase{"Leaf12", TlsVersion::k12, {kText}, {kText, {}}},
        StapleCase{"Leaf13", TlsVersion::k13, {kText}, {kText, {}}},
        StapleCase{"Empty12", TlsVersion::k12, {Bytes{}}, {Bytes{}, {}}, {}, kRefused},
        StapleCase{"Empty13", TlsVersion::k13, {Bytes{}}, {Bytes{}, {}}, {}, kRefused},
        StapleCase{"Largest12", TlsVersion::k12, {kLargest12}, {kLargest12, {}}},
        StapleCase{
            "Megabyte12", TlsVersion::k12, {kMegabyte}, {{}, {}}, {}, "excessive message size"},
        StapleCase{"Largest13", TlsVersion::k13, {kLargest13}, {kLargest13, {}}},
        StapleCase{"Both13", TlsVersion::k13, {kText, kLargest13}, {kText, kLargest13}},
        StapleCase{"DeeperOnly13", TlsVersion::k13, {{}, kText}, {{}, kText}},
        StapleCase{
            "DeeperEmpty13", TlsVersion::k13, {Bytes{}, Bytes{}}, {Bytes{}, Bytes{}}, {}, kRefused},
        StapleCase{"DeeperIsLeftOut12", TlsVersion::k12, {kText, kText}, {kText, {}}},
        StapleCase{"GnuTlsLeaf12", TlsVersion::k12, {kText}, {kText, {}}, TlsLibrary::kGnuTls},
        StapleCase{"GnuTlsLeaf13", TlsVersion::k13, {kText}, {kText, {}}, TlsLibrary::kGnuTls}),
    [](const auto& row) { return row.param.name; });

TEST(TlsServerTest, StaplesToThoseWhoAskedOnly) {
  const auto server = MustStart({.chain = Pki().Chain(Pki().leaf), .staples = {kText}});
  EXPECT_EQ(Connect({.port = server->port(), .ask = false}).staples, (Staples{{}, {}}));
  ASSERT_TRUE(server->WaitForFinished(1));
  EXPECT_FALSE(server->Connections()[0].hello.status_request);
}

TEST(TlsServerTest, StaplesUnasked) {
  const auto server = MustStart(
      {.chain = Pki().Chain(Pki().leaf), .staples = {kText}, .staple_when = StapleWhen::kUnasked});
  // OpenSSL's client refuses what it did not ask for; the staple was in the message.
  const TestHandshake seen = Connect({.port = server->port(), .ask = false});
  EXPECT_FALSE(seen.completed);
  EXPECT_EQ(seen.staples.at(0), kText);
}

TEST(TlsServerTest, TakesEveryKindOfKey) {
  for (const KeyKind key : {KeyKind::kEcP256, KeyKind::kEcP384, KeyKind::kRsa2048,
                            KeyKind::kRsaPss2048, KeyKind::kEd25519}) {
    const StandardPki pki(Today(), key);
    const auto server = MustStart({.chain = pki.Chain(pki.leaf), .staples = {kText, kText}});
    const TestHandshake seen = Connect({.port = server->port()});
    EXPECT_TRUE(seen.completed) << static_cast<int>(key) << ": " << seen.error;
    EXPECT_EQ(seen.staples, (Staples{kText, kText}));
    server->SetStaples({kText});
    EXPECT_TRUE(Connect({.port = server->port()}).completed);
  }
}

class EitherLibraryTest : public ::testing::TestWithParam<TlsLibrary> {};

TEST_P(EitherLibraryTest, RecordsWhatTheClientSent) {
  const auto server = MustStart({.chain = Pki().Chain(Pki().leaf),
                                 .alpn = {"h2", "http/1.1"},
                                 .client_certificate = ClientCertificate::kOptional,
                                 .library = GetParam()});
  const TestHandshake seen = Connect({.port = server->port(),
                                      .server_name = "leaf.test",
                                      .alpn = {"imap", "http/1.1"},
                                      .certificate = &Pki().leaf_must_staple});
  EXPECT_TRUE(seen.completed) << seen.error;
  ASSERT_TRUE(server->WaitForFinished(1));
  const TlsConnection record = server->Connections()[0];
  EXPECT_TRUE(record.handshake_completed);
  EXPECT_EQ(record.tls_version, "TLSv1.3");
  EXPECT_EQ(record.alpn, "http/1.1");
  EXPECT_EQ(record.client_certificates, std::vector<Bytes>{Pki().leaf_must_staple.Der()});
  EXPECT_TRUE(record.hello.status_request);
  EXPECT_EQ(record.hello.server_name, "leaf.test");
  EXPECT_EQ(record.hello.alpn, (std::vector<std::string>{"imap", "http/1.1"}));
  EXPECT_EQ(record.hello.versions, std::vector<std::uint16_t>{0x0304});
}

TEST_P(EitherLibraryTest, DemandsAClientCertificate) {
  const auto server = MustStart({.chain = Pki().Chain(Pki().leaf),
                                 .client_certificate = ClientCertificate::kRequired,
                                 .library = GetParam()});
  const TestHandshake seen = Connect({.port = server->port(), .version = TlsVersion::k12});
  EXPECT_FALSE(seen.completed);
  EXPECT_EQ(seen.chain.size(), 2U);
  ASSERT_TRUE(server->WaitForFinished(1));
  EXPECT_EQ(server->Connections()[0].ending, Ending::kFailed);
}

TEST_P(EitherLibraryTest, BoundsTheVersion) {
  const auto server = MustStart(
      {.chain = Pki().Chain(Pki().leaf), .max_version = TlsVersion::k12, .library = GetParam()});
  EXPECT_FALSE(Connect({.port = server->port(), .version = TlsVersion::k13}).completed);
  EXPECT_TRUE(Connect({.port = server->port(), .version = TlsVersion::k12}).completed);
}

INSTANTIATE_TEST_SUITE_P(Libraries, EitherLibraryTest,
                         ::testing::Values(TlsLibrary::kOpenSsl, TlsLibrary::kGnuTls),
                         [](const auto& row) {
                           return row.param == TlsLibrary::kOpenSsl ? "OpenSsl" : "GnuTls";
                         });

TEST(TlsServerTest, SendsCertificatesThatDoNotParse) {
  const Certificate noise(Noise(300), Pki().leaf.shared_key());
  const auto server = MustStart({.chain = {noise, Pki().intermediate}});
  EXPECT_EQ(Connect({.port = server->port()}).chain.at(0), noise.Der());
}

TEST(TlsServerTest, StaplesByConnection) {
  const auto server =
      MustStart({.chain = Pki().Chain(Pki().leaf), .staples_of = [](std::size_t number) {
                   return number == 1 ? Staples{kText} : Staples{};
                 }});
  EXPECT_EQ(Connect({.port = server->port()}).staples.at(0), std::nullopt);
  EXPECT_EQ(Connect({.port = server->port()}).staples.at(0), kText);
  EXPECT_EQ(Connect({.port = server->port()}).staples.at(0), std::nullopt);
}

TEST(TlsServerTest, ChangesWhileItRuns) {
  const auto server = MustStart({.chain = Pki().Chain(Pki().leaf)});
  std::vector<std::thread> clients;
  clients.reserve(4);
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      for (int n = 0; n < 5; ++n) EXPECT_TRUE(Connect({.port = server->port()}).completed);
    });
  }
  for (int n = 0; n < 20; ++n) {
    server->SetStaples({kText});
    EXPECT_TRUE(server->SetChain(Pki().Chain(Pki().leaf_must_staple), {{}, kText}));
  }
  for (std::thread& client : clients) client.join();
  EXPECT_TRUE(server->WaitForFinished(20));
  EXPECT_EQ(server->HandshakesCompleted(), 20U);
  EXPECT_EQ(Connect({.port = server->port()}).chain.at(0), Pki().leaf_must_staple.Der());
}

TEST(TlsServerTest, RefusesAKeyThatDoesNotFit) {
  const Certificate mismatch(Pki().leaf.Der(), Pki().intermediate.shared_key());
  EXPECT_FALSE(TlsServer::Start({.chain = {mismatch}}).ok());
}

TEST(TlsServerTest, SaysWhyItCannotListen) {
  const auto server = MustStart({.chain = Pki().Chain(Pki().leaf)});
  const auto second = TlsServer::Start({.port = server->port(), .chain = Pki().Chain(Pki().leaf)});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error(), "cannot bind " + server->Target() + ": Address already in use");
}

TEST(TlsServerTest, StopsWithOpenConnections) {
  auto server = MustStart({.chain = Pki().Chain(Pki().leaf)});
  const auto silent = ConnectTcp("127.0.0.1", server->port());
  ASSERT_TRUE(silent.ok());
  const auto start = std::chrono::steady_clock::now();
  server.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

// What other people's clients make of it.
TEST(TlsServerTest, OtherClientsSeeTheStaples) {
  const StandardPki& pki = Pki();
  const TempDir directory;
  const std::string root = directory.Write("root.pem", pki.root.Pem());
  const auto server = MustStart(
      {.chain = pki.Chain(pki.leaf),
       .staples = {BuildOcspResponse(GoodResponse(pki.leaf, pki.intermediate, Today())),
                   BuildOcspResponse(GoodResponse(pki.intermediate, pki.root, Today()))}});

  const auto s_client = RunProcess({.arguments = {"openssl", "s_client", "-connect",
                                                  server->Target(), "-status", "-CAfile", root}});
  ASSERT_TRUE(s_client.ok()) << s_client.error();
  EXPECT_NE(s_client->output.find("Cert Status: good"), std::string::npos) << s_client->output;
  EXPECT_NE(s_client->output.find("Verify return code: 0 (ok)"), std::string::npos);

  const auto gnutls_cli = RunProcess(
      {.arguments = {"gnutls-cli", "--port", std::to_string(server->port()), "--x509cafile", root,
                     "--save-ocsp-multi", directory.Path("staples.pem"), "localhost"}});
  ASSERT_TRUE(gnutls_cli.ok()) << gnutls_cli.error();
  EXPECT_EQ(gnutls_cli->exit_status, 0) << gnutls_cli->output << gnutls_cli->errors;
  const std::string saved = directory.Read("staples.pem");
  const std::string begin = "-----BEGIN OCSP RESPONSE-----";
  const std::size_t first = saved.find(begin);
  ASSERT_NE(first, std::string::npos);
  EXPECT_NE(saved.find(begin, first + 1), std::string::npos) << "two staples";
}

}  // namespace
}  // namespace stapling::testing
