// Servers that misbehave: one reason each, within the deadline, and what was seen before is kept.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <future>
#include <ostream>
#include <thread>

#include "core/tls/tls_library.h"
#include "tests/core/tls/loopback_handshake.h"
#include "tests/support/rude_server.h"
#include "tests/support/socket.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const Bytes kStaple = ToBytes("a staple");
const auto kName = [](const auto& info) { return info.param.name; };

struct RudeRow {
  std::string name;
  RudeBehaviour behaviour;
  std::string failure;
};
std::ostream& operator<<(std::ostream& out, const RudeRow& row) { return out << row.name; }

constexpr const char* kReset = "handshake reset";

class RudeServerTest : public ::testing::TestWithParam<RudeRow> {};

// The handshake has 400 ms. One that outlives them is ended by taking the server away.
TEST_P(RudeServerTest, IsAReasonWithinTheDeadline) {
  auto server = RudeServer::Start(GetParam().behaviour).value();
  auto handshake = std::async(std::launch::async, [port = server->port()] {
    return ShakeHands(port, {.patience = 400ms});
  });
  const bool in_time = handshake.wait_for(2s) == std::future_status::ready;
  EXPECT_TRUE(in_time) << "it outlived the deadline";
  if (!in_time) server.reset();
  const Handshake seen = handshake.get();
  if (in_time) {
    ASSERT_TRUE(seen.failure);
    // A server may be so quick to reset that connecting sees it already.
    const bool early = Words(seen.failure) == "connect reset";
    EXPECT_EQ(early ? kReset : Words(seen.failure), GetParam().failure) << seen.failure->detail;
  }
  EXPECT_TRUE(seen.chain.empty());
  EXPECT_EQ(ChainWords(seen), "not checked");
}

// A record of type handshake, alert or application data that holds these octets.
RudeBehaviour SaysRecord(std::uint8_t type, const Bytes& body,
                         Afterwards afterwards = Afterwards::kHold) {
  Bytes record;
  record.reserve(5 + body.size());
  Append(record, {type, 3, 3, static_cast<std::uint8_t>(body.size() >> 8U),
                  static_cast<std::uint8_t>(body.size() & 0xFFU)});
  Append(record, body);
  return {.read_client_hello = true, .say = record, .afterwards = afterwards};
}

constexpr const char* kTimeout = "handshake timeout";
constexpr const char* kNotTls = "handshake not_tls";
constexpr const char* kClosed = "handshake closed";
constexpr const char* kAlert = "handshake alert";
constexpr const char* kProtocolError = "handshake protocol_error";

INSTANTIATE_TEST_SUITE_P(
    Ends, RudeServerTest,
    ::testing::Values(RudeRow{"silent", Silent(), kTimeout},
                      RudeRow{"close_after_accept", CloseAfterAccept(), kClosed},
                      RudeRow{"reset_after_accept", ResetAfterAccept(), kReset},
                      RudeRow{"close_after_client_hello", CloseAfterClientHello(), kClosed},
                      RudeRow{"reset_after_client_hello", ResetAfterClientHello(), kReset}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    OtherProtocols, RudeServerTest,
    ::testing::Values(
        RudeRow{"smtp_banner", PlainText("220 mail.test ESMTP ready\r\n"), kNotTls},
        RudeRow{"imap_banner", PlainText("* OK IMAP4rev1 ready\r\n"), kNotTls},
        RudeRow{"ssh_banner", PlainText("SSH-2.0-OpenSSH_9.2p1\r\n"), kNotTls},
        RudeRow{"http_answer", PlainText("HTTP/1.1 400 Bad Request\r\n\r\n", Afterwards::kClose),
                kNotTls},
        RudeRow{"short_banner_then_silence", PlainText("+OK"), kTimeout},
        RudeRow{"short_banner_then_close", PlainText("+OK", Afterwards::kClose), kClosed},
        RudeRow{"binary_banner", PlainText(std::string(64, '\0')), kNotTls},
        RudeRow{"garbage", GarbageAfterClientHello(), kNotTls},
        RudeRow{"endless_garbage", EndlessGarbage(), kNotTls},
        RudeRow{"endless_text", PlainText(std::string(65536, 'x'), Afterwards::kRepeat), kNotTls}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Alerts, RudeServerTest,
    ::testing::Values(RudeRow{"handshake_failure", AlertAfterClientHello(40), kAlert},
                      RudeRow{"internal_error", AlertAfterClientHello(80), kAlert},
                      RudeRow{"unrecognized_name", AlertAfterClientHello(112), kAlert},
                      RudeRow{"protocol_version", AlertAfterClientHello(70),
                              "handshake no_shared_version"},
                      // It was never asked for, whatever the alert says.
                      RudeRow{"certificate_required", AlertAfterClientHello(116), kAlert},
                      RudeRow{"undefined_alert", AlertAfterClientHello(200), kAlert},
                      RudeRow{"close_notify", SaysRecord(21, {1, 0}, Afterwards::kClose), kClosed}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Records, RudeServerTest,
    ::testing::Values(
        RudeRow{"noise_in_a_handshake_record", SaysRecord(22, Noise(300)),
                // GnuTLS waits for the rest of the message that the noise announces.
                ByLibrary(kProtocolError, kTimeout)},
        RudeRow{"application_data_first", SaysRecord(23, Noise(100)), kProtocolError},
        RudeRow{"certificate_before_server_hello", SaysRecord(22, {11, 0, 0, 3, 0, 0, 0}),
                kProtocolError},
        RudeRow{"message_of_16_mib", SaysRecord(22, {2, 0xFF, 0xFF, 0xFF, 3, 3}),
                ByLibrary(kProtocolError, kTimeout)},
        RudeRow{"empty_record", SaysRecord(22, {}), ByLibrary(kTimeout, kProtocolError)},
        RudeRow{"endless_warnings", SaysRecord(21, {1, 90}, Afterwards::kRepeat), kProtocolError},
        RudeRow{"endless_handshake", EndlessHandshake(), kProtocolError}),
    kName);

class SpoiltTest : public ::testing::TestWithParam<TlsVersion> {
 protected:
  [[nodiscard]] static std::unique_ptr<TlsServer> Honest() {
    return Serve({.staples = {kStaple}, .min_version = GetParam(), .max_version = GetParam()});
  }
  [[nodiscard]] static std::unique_ptr<RudeProxy> Before(const TlsServer& server,
                                                         RudeProxyOptions options) {
    options.upstream_port = server.port();
    return std::move(RudeProxy::Start(options)).value();
  }
};
INSTANTIATE_TEST_SUITE_P(Versions, SpoiltTest, ::testing::Values(TlsVersion::k12, TlsVersion::k13),
                         VersionName);

TEST_P(SpoiltTest, ByteByByteIsTakenWhole) {
  const auto server = Honest();
  const auto proxy = Before(*server, {.byte_by_byte = true});
  const Handshake seen = ShakeHands(proxy->port());
  EXPECT_EQ(Words(seen.failure), "");
  EXPECT_EQ(PresentedStaples(seen), (Staples{kStaple, std::nullopt}));
  EXPECT_EQ(ChainWords(seen), "verified");
}

// A flight of the server has more than 1200 octets; its first 1000 or less are no handshake.
TEST_P(SpoiltTest, AFlightThatIsCutIsClosedWhereverTheCutIs) {
  const auto server = Honest();
  for (const std::size_t cut :
       std::initializer_list<std::size_t>{1, 4, 5, 6, 50, 95, 127, 128, 200, 400, 800, 1000}) {
    const auto proxy = Before(*server, {.forward = cut, .afterwards = Afterwards::kClose});
    EXPECT_EQ(Words(ShakeHands(proxy->port()).failure), kClosed) << cut;
  }
}

TEST_P(SpoiltTest, AFlightThatIsResetIsAReset) {
  const auto server = Honest();
  for (const std::size_t cut : std::initializer_list<std::size_t>{1, 100, 1000}) {
    const auto proxy = Before(*server, {.forward = cut, .afterwards = Afterwards::kReset});
    EXPECT_EQ(Words(ShakeHands(proxy->port()).failure), kReset) << cut;
  }
}

TEST_P(SpoiltTest, AFlightThatStopsTimesOut) {
  const auto server = Honest();
  const auto proxy = Before(*server, {.forward = 1000});
  const auto start = Clock::now();
  EXPECT_EQ(Words(ShakeHands(proxy->port(), {.patience = 300ms}).failure), kTimeout);
  EXPECT_GE(Clock::now() - start, 300ms);
  EXPECT_LT(Clock::now() - start, 2s);
}

TEST_P(SpoiltTest, TooSlowAServerTimesOut) {
  const auto server = Honest();
  const auto proxy = Before(*server, {.byte_by_byte = true, .gap = 5ms});
  const auto start = Clock::now();
  EXPECT_EQ(Words(ShakeHands(proxy->port(), {.patience = 300ms}).failure), kTimeout);
  EXPECT_LT(Clock::now() - start, 2s);
}

// Under TLS 1.2 the server speaks twice: its certificates come first.
TEST(SpoiltTls12Test, WhatWasSeenBeforeTheCutIsKept) {
  const auto server = Serve({.staples = {kStaple}, .max_version = TlsVersion::k12});
  for (const auto afterwards : {Afterwards::kHold, Afterwards::kClose}) {
    // The second flight of the server is 51 octets at the least; none of it goes through whole.
    const auto probe = RudeProxy::Start({.upstream_port = server->port()}).value();
    ASSERT_EQ(Words(ShakeHands(probe->port()).failure), "");
    const std::size_t cut = probe->Forwarded() - 60;
    const auto proxy =
        RudeProxy::Start(
            {.upstream_port = server->port(), .forward = cut, .afterwards = afterwards})
            .value();
    const Handshake seen = ShakeHands(proxy->port(), {.patience = 400ms});
    EXPECT_EQ(Words(seen.failure), afterwards == Afterwards::kHold ? kTimeout : kClosed);
    EXPECT_EQ(PresentedDers(seen), Ders(Pki().Chain(Pki().leaf)));
    EXPECT_EQ(PresentedStaples(seen), (Staples{kStaple, std::nullopt}));
    EXPECT_EQ(ChainWords(seen), "verified");
    EXPECT_EQ(seen.version, "TLS 1.2");
  }
}

Bytes ReadOctets(const Socket& from, std::size_t octets) {
  Bytes read(octets);
  const ssize_t got = recv(from.get(), read.data(), octets, MSG_WAITALL);
  read.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return read;
}

Bytes ReadRecord(const Socket& from) {
  Bytes record = ReadOctets(from, 5);
  if (record.size() == 5) Append(record, ReadOctets(from, record[3] * 256U + record[4]));
  return record;
}

// Hands on the ClientHello of one client, then so many records of the server, and is gone: what
// the client still writes is answered by RST.
void ForwardAndVanish(const Socket& listener, std::uint16_t upstream, int records) {
  const Socket client(accept(listener.get(), nullptr, nullptr));
  const Socket server = ConnectTcp("127.0.0.1", upstream).value();
  SendAll(server.get(), ReadRecord(client));
  Bytes flight;
  for (int i = 0; i < records; ++i) Append(flight, ReadRecord(server));
  SendAll(client.get(), flight);
}

// The goodbye of a handshake that is over meets a closed door.
TEST(VanishingTest, AServerGoneAfterItsFlightHasCompletedTheHandshake) {
  const auto server = Serve(
      {.staples = {kStaple}, .min_version = TlsVersion::k13, .library = TlsLibrary::kOpenSsl});
  // ServerHello, ChangeCipherSpec, EncryptedExtensions, Certificate, CertificateVerify, Finished.
  constexpr int kFlight = 6;
  const Socket listener = ListenTcp("127.0.0.1", 0).value();
  std::thread vanishing([&] { ForwardAndVanish(listener, server->port(), kFlight); });
  const Handshake seen = ShakeHands(LocalPort(listener));
  vanishing.join();
  // GnuTLS writes its last flight in two parts, the second of which may meet the reset.
  const bool in_two_parts = ByLibrary(false, true);
  if (!in_two_parts || seen.failure) {
    EXPECT_EQ(Words(seen.failure), ByLibrary("", kClosed));
  }
  EXPECT_EQ(PresentedStaples(seen), (Staples{kStaple, std::nullopt}));
}

// A bound of OpenSSL's; GnuTLS takes up to 1 MiB.
TEST(TooLargeTest, AStapleOver16KibUnderTls12) {
  const auto server = Serve({.staples = {Noise(17000)}, .max_version = TlsVersion::k12});
  const Handshake seen = ShakeHands(server->port());
  EXPECT_EQ(Words(seen.failure), ByLibrary("handshake staple_too_large", ""));
  EXPECT_EQ(PresentedDers(seen), Ders(Pki().Chain(Pki().leaf)));
  EXPECT_EQ(seen.leaf_staple_known(), ByLibrary(false, true));
  EXPECT_EQ(seen.version, "TLS 1.2");
}

TEST(TooLargeTest, AStapleOf1MibUnderTls12) {
  const auto server = Serve({.staples = {Noise(1U << 20U)}, .max_version = TlsVersion::k12});
  // GnuTLS does not say which message was too large.
  EXPECT_EQ(Words(ShakeHands(server->port()).failure),
            ByLibrary("handshake staple_too_large", "handshake chain_too_large"));
}

Certificate LargeLeaf(std::size_t octets) {
  return IssueCertificate(
      {.subject = "leaf.test",
       .issuer = &Pki().intermediate,
       .now = kNow,
       .dns_names = {"leaf.test"},
       .extensions = {{.oid = "1.3.6.1.4.1.99999.1", .value = Bytes(octets, 0x05)}}});
}

class LargeChainTest : public ::testing::TestWithParam<TlsVersion> {};
INSTANTIATE_TEST_SUITE_P(Versions, LargeChainTest,
                         ::testing::Values(TlsVersion::k12, TlsVersion::k13), VersionName);

TEST_P(LargeChainTest, AMebibyteIsTooMuch) {
  const auto server = Serve({.chain = Pki().Chain(LargeLeaf(1U << 20U)),
                             .min_version = GetParam(),
                             .max_version = GetParam()});
  const Handshake seen = ShakeHands(server->port());
  EXPECT_EQ(Words(seen.failure), "handshake chain_too_large");
  EXPECT_TRUE(seen.chain.empty());
}

TEST_P(LargeChainTest, HalfAMebibyteIsTaken) {
  const auto chain = Pki().Chain(LargeLeaf(1U << 19U));
  const auto server = Serve(
      {.chain = chain, .staples = {kStaple}, .min_version = GetParam(), .max_version = GetParam()});
  const Handshake seen = ShakeHands(server->port());
  EXPECT_EQ(Words(seen.failure), "");
  EXPECT_EQ(PresentedDers(seen), Ders(chain));
  EXPECT_EQ(PresentedStaples(seen), (Staples{kStaple, std::nullopt}));
}

TEST_P(LargeChainTest, HundredsOfCertificatesAreTaken) {
  std::vector<Certificate> chain = Pki().Chain(Pki().leaf);
  chain.resize(500, Pki().sibling_ca);
  const auto server = Serve({.chain = chain, .min_version = GetParam(), .max_version = GetParam()});
  const Handshake seen = ShakeHands(server->port());
  EXPECT_EQ(Words(seen.failure), "");
  EXPECT_EQ(seen.chain.size(), 500U);
  EXPECT_EQ(ChainWords(seen), "verified");
}

// Certificates that are none: what parses before them is kept, but by GnuTLS under TLS 1.2. That
// library looks at the leaf alone under TLS 1.3.
TEST_P(LargeChainTest, ACertificateThatDoesNotParseEndsTheChain) {
  const Certificate broken(ToBytes("not a certificate"), nullptr);
  const auto server = Serve({.chain = {Pki().leaf, broken, Pki().intermediate},
                             .staples = {kStaple},
                             .min_version = GetParam(),
                             .max_version = GetParam()});
  const Handshake seen = ShakeHands(server->port());
  const bool tls13 = GetParam() == TlsVersion::k13;
  EXPECT_EQ(Words(seen.failure), kProtocolError);
  const bool kept = ByLibrary(true, tls13);
  EXPECT_EQ(PresentedDers(seen), kept ? Ders({Pki().leaf}) : std::vector<Bytes>());
}

}  // namespace
}  // namespace stapling::testing
