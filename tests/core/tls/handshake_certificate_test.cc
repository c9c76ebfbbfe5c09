// A server that asks for a client certificate still yields its chain and staple.
#include <gtest/gtest.h>

#include <ostream>

#include "core/tls/openssl_client.h"
#include "tests/core/tls/loopback_handshake.h"
#include "tests/support/rude_server.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;

const Bytes kStaple = ToBytes("a staple");
const auto kName = [](const auto& info) { return info.param.name; };

struct Row {
  std::string name;
  TlsVersion version;
  ClientCertificate asked;
  bool configured = false;
  TlsLibrary library = TlsLibrary::kOpenSsl;
  std::string failure = {};
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class ClientCertificateTest : public ::testing::TestWithParam<Row> {
 protected:
  [[nodiscard]] TlsSettings Settings() const {
    if (!GetParam().configured) return {};
    return {.cert_file = directory_.Write("client.pem", PemChain(Pki().Chain(Pki().leaf))),
            .key_file = directory_.Write("client.key", Pki().leaf.KeyPem())};
  }
  TempDir directory_;
};

TEST_P(ClientCertificateTest, ChainAndStapleAreSeenInAnyCase) {
  const Row& row = GetParam();
  const auto server = Serve({.staples = {kStaple},
                             .min_version = row.version,
                             .max_version = row.version,
                             .client_certificate = row.asked,
                             .library = row.library});
  const Handshake seen = ShakeHands(server->port(), {.settings = Settings()});
  EXPECT_EQ(Words(seen.failure), row.failure);
  EXPECT_TRUE(seen.client_certificate_requested);
  EXPECT_EQ(PresentedDers(seen), Ders(Pki().Chain(Pki().leaf)));
  EXPECT_EQ(PresentedStaples(seen), (Staples{kStaple, std::nullopt}));
  EXPECT_EQ(ChainWords(seen), "verified");

  ASSERT_TRUE(server->WaitForFinished(1));
  const TlsConnection heard = server->Connections()[0];
  EXPECT_EQ(heard.handshake_completed, row.failure.empty()) << heard.error;
  const auto sent = row.configured ? Ders(Pki().Chain(Pki().leaf)) : std::vector<Bytes>{};
  EXPECT_EQ(heard.client_certificates, sent);
}

constexpr const char* kRequired = "handshake client_certificate_required";

INSTANTIATE_TEST_SUITE_P(
    Table, ClientCertificateTest,
    ::testing::Values(
        Row{"required_tls12", TlsVersion::k12, ClientCertificate::kRequired, false,
            TlsLibrary::kOpenSsl, kRequired},
        Row{"required_tls13", TlsVersion::k13, ClientCertificate::kRequired, false,
            TlsLibrary::kOpenSsl, kRequired},
        Row{"required_by_gnutls_tls12", TlsVersion::k12, ClientCertificate::kRequired, false,
            TlsLibrary::kGnuTls, kRequired},
        Row{"required_by_gnutls_tls13", TlsVersion::k13, ClientCertificate::kRequired, false,
            TlsLibrary::kGnuTls, kRequired},
        Row{"optional_tls12", TlsVersion::k12, ClientCertificate::kOptional},
        Row{"optional_tls13", TlsVersion::k13, ClientCertificate::kOptional},
        Row{"required_and_configured_tls12", TlsVersion::k12, ClientCertificate::kRequired, true},
        Row{"required_and_configured_tls13", TlsVersion::k13, ClientCertificate::kRequired, true},
        Row{"optional_and_configured_tls13", TlsVersion::k13, ClientCertificate::kOptional, true}),
    kName);

// The alert of a TLS 1.3 server comes octet by octet, after the handshake: the first octet alone
// is no verdict.
TEST(ClientCertificateAlertTest, IsWaitedForWhole) {
  const auto server = Serve({.chain = {Pki().leaf},
                             .staples = {kStaple},
                             .min_version = TlsVersion::k13,
                             .client_certificate = ClientCertificate::kRequired});
  const auto proxy =
      RudeProxy::Start({.upstream_port = server->port(), .byte_by_byte = true, .gap = 1ms}).value();
  const Handshake seen = ShakeHands(proxy->port());
  EXPECT_EQ(Words(seen.failure), kRequired);
  EXPECT_EQ(PresentedStaples(seen), (Staples{kStaple}));
}

// A server that accepts says nothing: the wait for its refusal is bounded.
TEST(ClientCertificateAlertTest, SilenceIsAcceptedAfterHalfASecond) {
  const auto server =
      Serve({.min_version = TlsVersion::k13, .client_certificate = ClientCertificate::kOptional});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(Words(ShakeHands(server->port()).failure), "");
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_GE(took, 500ms);
  EXPECT_LT(took, 3s);
}

// A handshake that is over is not lost because the deadline passes meanwhile.
TEST(ClientCertificateAlertTest, TheWaitEndsAtTheDeadline) {
  const auto server =
      Serve({.min_version = TlsVersion::k13, .client_certificate = ClientCertificate::kOptional});
  const auto ends_in_time = [&] {
    const auto start = std::chrono::steady_clock::now();
    const bool completed = !ShakeHands(server->port(), {.patience = 250ms}).failure;
    return completed && std::chrono::steady_clock::now() - start < 490ms;
  };
  // On a machine that is busy the handshake itself may take too long: it has a few tries.
  bool ended = false;
  for (int i = 0; i < 8 && !ended; ++i) ended = ends_in_time();
  EXPECT_TRUE(ended);
}

struct FileRow {
  std::string name;
  std::string certificate;              // content of cert_file; empty: the file is missing
  std::optional<std::string> key = {};  // content of key_file; absent: not configured
  std::string sentence;                 // %c and %k stand for the files
};
std::ostream& operator<<(std::ostream& out, const FileRow& row) { return out << row.name; }

class ClientCertificateFileTest : public ::testing::TestWithParam<FileRow> {};

std::string Filled(std::string sentence, const std::string& certificate, const std::string& key) {
  const auto fill = [&](const std::string& mark, const std::string& with) {
    for (std::size_t at = 0; (at = sentence.find(mark, at)) != std::string::npos;
         at += with.size()) {
      sentence.replace(at, mark.size(), with);
    }
  };
  fill("%c", certificate);
  fill("%k", key);
  return sentence;
}

TEST_P(ClientCertificateFileTest, IsOneSentence) {
  const TempDir directory;
  const FileRow& row = GetParam();
  TlsSettings settings{.cert_file = directory.Path("client.pem")};
  if (!row.certificate.empty()) directory.Write("client.pem", row.certificate);
  if (row.key) {
    settings.key_file = directory.Path("client.key");
    if (!row.key->empty()) directory.Write("client.key", *row.key);
  }
  const auto client = MakeOpensslClient(settings, TrustStoreOf({Pki().root}));
  if (row.sentence.empty()) {
    EXPECT_TRUE(client.ok()) << client.error();
    return;
  }
  ASSERT_FALSE(client.ok());
  EXPECT_EQ(client.error(), Filled(row.sentence, settings.cert_file, settings.key_file));
}

INSTANTIATE_TEST_SUITE_P(
    Table, ClientCertificateFileTest,
    ::testing::Values(FileRow{"two_files", Pki().leaf.Pem(), Pki().leaf.KeyPem(), ""},
                      FileRow{"one_file", Pki().leaf.Pem() + Pki().leaf.KeyPem(), {}, ""},
                      FileRow{
                          "no_certificate_file", "", Pki().leaf.KeyPem(),
                          "cannot read client certificate file \"%c\": No such file or directory"},
                      FileRow{"no_key_file", Pki().leaf.Pem(), "",
                              "cannot read client key file \"%k\": No such file or directory"},
                      FileRow{"certificate_is_text", "hello", Pki().leaf.KeyPem(),
                              "client certificate file \"%c\" holds no PEM certificate"},
                      FileRow{"key_is_text", Pki().leaf.Pem(), "hello",
                              "client key file \"%k\" holds no PEM private key"},
                      FileRow{"key_of_another", Pki().leaf.Pem(), Pki().root.KeyPem(),
                              "client key file \"%k\" does not belong to \"%c\""}),
    kName);

}  // namespace
}  // namespace stapling::testing
