// What an honest server sends is seen whole: chain, staples, version, and what the client said.
#include "core/tls/tls_library.h"

#include <gtest/gtest.h>

#include <ostream>

#include "tests/core/tls/loopback_handshake.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {

namespace {

using namespace std::chrono_literals;

constexpr auto kCore12 = stapling::TlsVersion::kTls12;
constexpr auto kCore13 = stapling::TlsVersion::kTls13;

const auto kName = [](const auto& info) { return info.param.name; };

struct StapleRow {
  std::string name;
  TlsVersion version;
  Staples staples;
  Staples seen;  // one for each certificate
};
std::ostream& operator<<(std::ostream& out, const StapleRow& row) { return out << row.name; }

class StapleCaptureTest : public ::testing::TestWithParam<StapleRow> {};

TEST_P(StapleCaptureTest, ChainAndStaplesAreThoseOfTheServer) {
  const StapleRow& row = GetParam();
  const auto server =
      Serve({.staples = row.staples, .min_version = row.version, .max_version = row.version});
  const Handshake seen = ShakeHands(server->port());
  EXPECT_EQ(Words(seen.failure), "");
  EXPECT_EQ(PresentedDers(seen), Ders(Pki().Chain(Pki().leaf)));
  EXPECT_EQ(PresentedStaples(seen), row.seen);
  EXPECT_EQ(seen.staples_for_chain, row.version == TlsVersion::k13);
  EXPECT_EQ(seen.version, row.version == TlsVersion::k13 ? "TLS 1.3" : "TLS 1.2");
  EXPECT_EQ(ChainWords(seen), "verified");
  EXPECT_FALSE(seen.client_certificate_requested);

  ASSERT_TRUE(server->WaitForFinished(1));
  const TlsConnection heard = server->Connections()[0];
  EXPECT_TRUE(heard.handshake_completed);
  EXPECT_TRUE(heard.hello.status_request);
  EXPECT_EQ(heard.ending, Ending::kCloseNotify) << heard.error;
}

constexpr auto kNone = std::nullopt;
const Bytes kLeafStaple = ToBytes("a staple for the leaf");
const Bytes kCaStaple = ToBytes("another for the intermediate");

INSTANTIATE_TEST_SUITE_P(
    Tls12, StapleCaptureTest,
    ::testing::Values(StapleRow{"none", TlsVersion::k12, {}, {kNone, kNone}},
                      StapleRow{"leaf", TlsVersion::k12, {kLeafStaple}, {kLeafStaple, kNone}},
                      StapleRow{"one_octet", TlsVersion::k12, {Bytes{0}}, {Bytes{0}, kNone}},
                      StapleRow{"noise", TlsVersion::k12, {Noise(2000)}, {Noise(2000), kNone}},
                      StapleRow{
                          "nearly_16_kib", TlsVersion::k12, {Noise(16000)}, {Noise(16000), kNone}}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Tls13, StapleCaptureTest,
    ::testing::Values(
        StapleRow{"none", TlsVersion::k13, {}, {kNone, kNone}},
        StapleRow{"leaf", TlsVersion::k13, {kLeafStaple}, {kLeafStaple, kNone}},
        StapleRow{"both", TlsVersion::k13, {kLeafStaple, kCaStaple}, {kLeafStaple, kCaStaple}},
        StapleRow{"intermediate_alone", TlsVersion::k13, {kNone, kCaStaple}, {kNone, kCaStaple}},
        StapleRow{"one_octet", TlsVersion::k13, {Bytes{0}}, {Bytes{0}, kNone}},
        StapleRow{"noise", TlsVersion::k13, {Noise(2000)}, {Noise(2000), kNone}},
        StapleRow{"over_16_kib", TlsVersion::k13, {Noise(17000)}, {Noise(17000), kNone}},
        StapleRow{"forty_kib", TlsVersion::k13, {Noise(40960)}, {Noise(40960), kNone}},
        StapleRow{"forty_kib_for_both",
                  TlsVersion::k13,
                  {Noise(40960, 1), Noise(40960, 2)},
                  {Noise(40960, 1), Noise(40960, 2)}}),
    kName);

class EachVersionTest : public ::testing::TestWithParam<TlsVersion> {
 protected:
  [[nodiscard]] static TlsServerOptions Options() {
    return {.staples = {kLeafStaple}, .min_version = GetParam(), .max_version = GetParam()};
  }
};
INSTANTIATE_TEST_SUITE_P(Versions, EachVersionTest,
                         ::testing::Values(TlsVersion::k12, TlsVersion::k13), VersionName);

// Both end the handshake; that an empty one was stapled is kept, but by GnuTLS under TLS 1.3, which
// has kept no certificates by then.
TEST_P(EachVersionTest, AnEmptyStapleIsSeenAsEmpty) {
  TlsServerOptions options = Options();
  options.staples = {Bytes{}};
  const auto server = Serve(options);
  const Handshake seen = ShakeHands(server->port());
  const bool kept = ByLibrary(true, GetParam() == TlsVersion::k12);
  EXPECT_EQ(PresentedDers(seen), kept ? Ders(Pki().Chain(Pki().leaf)) : std::vector<Bytes>());
  EXPECT_EQ(PresentedStaples(seen), kept ? Staples({Bytes{}, kNone}) : Staples());
}

TEST_P(EachVersionTest, TheServerNameIsSent) {
  const auto server = Serve(Options());
  EXPECT_EQ(Words(ShakeHands(server->port(), {.server_name = "other.test"}).failure), "");
  ASSERT_TRUE(server->WaitForFinished(1));
  EXPECT_EQ(server->Connections()[0].hello.server_name, "other.test");
}

TEST_P(EachVersionTest, NoServerNameIsSentWithoutOne) {
  const auto server = Serve(Options());
  EXPECT_EQ(Words(ShakeHands(server->port(), {.server_name = ""}).failure), "");
  ASSERT_TRUE(server->WaitForFinished(1));
  EXPECT_EQ(server->Connections()[0].hello.server_name, std::nullopt);
}

TEST_P(EachVersionTest, SessionsAreNeverResumed) {
  const auto server = Serve(Options());
  for (int i = 0; i < 2; ++i) {
    const Handshake seen = ShakeHands(server->port());
    EXPECT_EQ(PresentedStaples(seen), (Staples{kLeafStaple, kNone}));
  }
  ASSERT_TRUE(server->WaitForFinished(2));
  for (const TlsConnection& heard : server->Connections()) {
    EXPECT_FALSE(heard.hello.session_ticket);
    EXPECT_TRUE(heard.handshake_completed);
  }
}

TEST_P(EachVersionTest, ARootThatIsSentIsSeen) {
  TlsServerOptions options = Options();
  options.chain = {Pki().leaf, Pki().intermediate, Pki().root};
  const auto server = Serve(options);
  const Handshake seen = ShakeHands(server->port());
  EXPECT_EQ(PresentedDers(seen), Ders(options.chain));
  EXPECT_EQ(ChainWords(seen), "verified");
}

TEST_P(EachVersionTest, AlpnIsNegotiated) {
  TlsServerOptions options = Options();
  options.alpn = {"http/1.1"};
  const auto server = Serve(options);
  const Handshake seen = ShakeHands(server->port(), {.settings = {.alpn = {"h2", "http/1.1"}}});
  EXPECT_EQ(Words(seen.failure), "");
  EXPECT_EQ(seen.alpn, "http/1.1");
  ASSERT_TRUE(server->WaitForFinished(1));
  EXPECT_EQ(server->Connections()[0].hello.alpn, (std::vector<std::string>{"h2", "http/1.1"}));
}

TEST_P(EachVersionTest, NoAlpnIsOfferedWithoutAny) {
  TlsServerOptions options = Options();
  options.alpn = {"h2"};
  const auto server = Serve(options);
  const Handshake seen = ShakeHands(server->port());
  EXPECT_EQ(Words(seen.failure), "");
  EXPECT_EQ(seen.alpn, "");
  ASSERT_TRUE(server->WaitForFinished(1));
  EXPECT_TRUE(server->Connections()[0].hello.alpn.empty());
}

TEST_P(EachVersionTest, NoCommonAlpnIsAnAlert) {
  TlsServerOptions options = Options();
  options.alpn = {"h2"};
  const auto server = Serve(options);
  const Handshake seen = ShakeHands(server->port(), {.settings = {.alpn = {"http/1.1"}}});
  EXPECT_EQ(Words(seen.failure), "handshake alert");
}

TEST_P(EachVersionTest, TheCipherHasItsIanaName) {
  const auto server = Serve(Options());
  const Handshake seen = ShakeHands(server->port());
  EXPECT_TRUE(seen.cipher.starts_with("TLS_")) << seen.cipher;
  EXPECT_EQ(seen.cipher.find('-'), std::string::npos) << seen.cipher;
}

// One client serves many probes at once.
TEST_P(EachVersionTest, EveryKindOfServerKeyIsTaken) {
  for (const KeyKind kind : {KeyKind::kEcP256, KeyKind::kEcP384, KeyKind::kRsa2048,
                             KeyKind::kRsaPss2048, KeyKind::kEd25519}) {
    TlsServerOptions options = Options();
    options.chain = {IssueCertificate({.subject = "leaf.test",
                                       .issuer = &Pki().root,
                                       .now = kNow,
                                       .key = kind,
                                       .dns_names = {"leaf.test"}})};
    const auto server = Serve(options);
    const Handshake seen = ShakeHands(server->port());
    EXPECT_EQ(Words(seen.failure), "") << static_cast<int>(kind);
    EXPECT_EQ(ChainWords(seen), "verified") << static_cast<int>(kind);
    EXPECT_EQ(PresentedStaples(seen), (Staples{kLeafStaple})) << static_cast<int>(kind);
  }
}

struct VersionRow {
  std::string name;
  TlsVersion server_min, server_max;
  stapling::TlsVersion min, max;
  std::string failure = {};
  std::string version = {};
};
std::ostream& operator<<(std::ostream& out, const VersionRow& row) { return out << row.name; }

class VersionBoundsTest : public ::testing::TestWithParam<VersionRow> {};

TEST_P(VersionBoundsTest, AreKept) {
  const VersionRow& row = GetParam();
  const auto server = Serve({.min_version = row.server_min, .max_version = row.server_max});
  const Handshake seen =
      ShakeHands(server->port(), {.settings = {.min_version = row.min, .max_version = row.max}});
  EXPECT_EQ(Words(seen.failure), row.failure);
  EXPECT_EQ(seen.version, row.version);
}

constexpr const char* kNoShared = "handshake no_shared_version";

INSTANTIATE_TEST_SUITE_P(
    Table, VersionBoundsTest,
    ::testing::Values(VersionRow{"the_highest_wins", TlsVersion::k12, TlsVersion::k13, kCore12,
                                 kCore13, "", "TLS 1.3"},
                      VersionRow{"client_at_most_12", TlsVersion::k12, TlsVersion::k13, kCore12,
                                 kCore12, "", "TLS 1.2"},
                      VersionRow{"server_at_most_12", TlsVersion::k12, TlsVersion::k12, kCore12,
                                 kCore13, "", "TLS 1.2"},
                      VersionRow{"client_at_least_13", TlsVersion::k12, TlsVersion::k13, kCore13,
                                 kCore13, "", "TLS 1.3"},
                      VersionRow{"client_13_server_12", TlsVersion::k12, TlsVersion::k12, kCore13,
                                 kCore13, kNoShared},
                      VersionRow{"client_12_server_13", TlsVersion::k13, TlsVersion::k13, kCore12,
                                 kCore12, kNoShared},
                      VersionRow{"server_at_most_11", TlsVersion::k10, TlsVersion::k11, kCore12,
                                 kCore13, kNoShared}),
    kName);

}  // namespace
}  // namespace stapling::testing
