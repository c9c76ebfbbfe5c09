// Clients of the TLS endpoint that are silent, speak nonsense, stop half-way or never stop.

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/ordeal.h"
#include "tests/integration/scrape.h"
#include "tests/integration/siege.h"
#include "tests/integration/web_site.h"
#include "tests/support/crl.h"
#include "tests/support/openssl_handle.h"
#include "tests/support/sanitizer.h"
#include "tests/support/socket.h"
#include "tests/support/tls12_records.h"

namespace stapling::testing {
namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace)

// The first flight of OpenSSL's client: one record.
std::string ClientHello() {
  const SslContext context(SSL_CTX_new(TLS_client_method()));
  const Ssl ssl(SSL_new(context.get()));
  BIO* sent = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), sent);
  SSL_connect(ssl.get());
  return Contents(sent);
}

// A connection to the exporter, on which no wait is longer than twenty seconds.
Socket ConnectTo(std::uint16_t port) {
  auto connected = ConnectTcp("127.0.0.1", port);
  EXPECT_TRUE(connected) << connected.error();
  if (!connected) return {};
  Socket socket = std::move(connected).value();
  const timeval bound{.tv_sec = 20, .tv_usec = 0};
  setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof(bound));
  setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof(bound));
  return socket;
}

// False when the exporter has closed before all was sent.
bool Send(const Socket& socket, std::string_view bytes) {
  return SendAll(socket.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

// Whether the exporter closes, whatever it says until then.
bool IsClosed(const Socket& socket) {
  std::array<char, 4096> buffer;
  ssize_t count = 0;
  do {
    count = recv(socket.get(), buffer.data(), buffer.size(), 0);
  } while (count > 0);
  return count == 0 || errno == ECONNRESET;
}

// A client that has finished its handshake.
class TlsVisitor {
 public:
  TlsVisitor(std::uint16_t port, int version) : socket_(ConnectTo(port)) {
    SSL_CTX_set_min_proto_version(context_.get(), version);
    SSL_CTX_set_max_proto_version(context_.get(), version);
    SSL_CTX_set_cipher_list(context_.get(), "ECDHE-ECDSA-AES128-GCM-SHA256");
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_.get());
    connected_ = SSL_connect(ssl_.get()) == 1;
  }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] SSL* ssl() const { return ssl_.get(); }
  [[nodiscard]] const Socket& socket() const { return socket_; }

 private:
  const Socket socket_;
  const SslContext context_{SSL_CTX_new(TLS_client_method())};
  Ssl ssl_;
  bool connected_ = false;
};

class HostileTlsClientTest : public ::testing::Test {
 protected:
  HostileTlsClientTest() : server_(StartHealthyServer(site_)) {
    const std::string file = site_.directory().Write("modules.yml", ModuleTrusting(site_.CaFile()));
    auto exporter = web_.Start(WebSite::Tls(), {"--config.file=" + file});
    EXPECT_TRUE(exporter) << exporter.error();
    if (exporter) exporter_ = std::move(exporter).value();
  }
  void SetUp() override {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to who has gone
    RequireDescriptors(3000);
    ASSERT_NE(server_, nullptr);
    ASSERT_NE(exporter_, nullptr);
  }

  [[nodiscard]] SiegeOptions Options(const char* name) const {
    const auto ask = [this](const std::string& path) -> HttpResponse {
      CurlResult result = web_.Get(*exporter_, path);
      return {.status = result.status, .body = result.output + result.errors};
    };
    return {.name = name, .ask = ask, .healthy = "target=" + server_->Target()};
  }

  // So many clients at once that say this.
  [[nodiscard]] std::vector<Socket> Crowd(int count, std::string_view bytes) const {
    std::vector<Socket> crowd;
    for (int i = 0; i < count; ++i) {
      crowd.push_back(ConnectTo(exporter_->port()));
      static_cast<void>(Send(crowd.back(), bytes));
    }
    return crowd;
  }
  // One that has finished its handshake, sends this and reads on.
  void Flood(int version, const std::function<std::string(TlsVisitor&)>& make) const {
    TlsVisitor visitor(exporter_->port(), version);
    ASSERT_TRUE(visitor.connected());
    static_cast<void>(Send(visitor.socket(), make(visitor)));
    EXPECT_TRUE(IsClosed(visitor.socket()));
  }

  const Site site_;
  const WebSite web_;
  std::unique_ptr<TlsServer> server_;
  std::unique_ptr<Exporter> exporter_;
};

struct Opening {
  const char* name;
  std::string bytes;
  int clients = 100;
};

// Nonsense that the exporter can tell at once: it says so and closes, or drops what still comes.
TEST_F(HostileTlsClientTest, ThatSpeaksNonsenseIsClosed) {
  const std::string hello = ClientHello();
  std::string empty_records;
  for (int i = 0; i < 10000; ++i) empty_records += "\x16\x03\x01\0\0"s;
  std::string alerts;
  for (int i = 0; i < 1000; ++i) alerts += "\x15\x03\x01\0\x02\x01\0"s;
  std::string endless_hello = "\x16\x03\x01\x40\0\x01\xff\xff\xff"s + std::string(16380, 'x');
  for (int i = 0; i < 64; ++i) endless_hello += "\x16\x03\x01\x40\0"s + std::string(16384, 'x');
  std::string damaged = hello;
  damaged[9] = '\x7f';   // the version that it speaks
  damaged[43] = '\xff';  // the length of its session id
  const Opening rows[] = {
      {"garbage", "\xde\xad\xbe\xef" + std::string(500, 'g')},
      {"zeroes", std::string(500, '\0')},
      {"plain_http", "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"empty_records", empty_records, 10},
      {"alerts", alerts, 10},
      {"hello_of_sixteen_megabytes", endless_hello, 10},
      {"record_beyond_the_bound", "\x16\x03\x01\xff\xff"s + std::string(65535, 'x'), 10},
      {"hello_with_a_bad_length", damaged},
      {"application_data_first",
       "\x17\x03\x03\0\x04"
       "data"s},
      {"key_update_first", "\x16\x03\x03\0\x05\x18\0\0\x01\0"s},
      {"server_hello", "\x16\x03\x03\0\x04\x02\0\0\0"s},
      {"sslv2_hello", "\x80\x2e\x01\0\x02\0\x15\0\0\0\x10"s + std::string(37, '\x07')},
      {"hello_and_garbage", hello + std::string(500, 'g')},
  };
  Siege siege(*exporter_, Options("TLS nonsense"));
  for (const Opening& row : rows) {
    siege.Attack(row.name, [&] {
      for (const Socket& client : Crowd(row.clients, row.bytes)) EXPECT_TRUE(IsClosed(client));
    });
  }
}

TEST_F(HostileTlsClientTest, ThatStopsHalfWayKeepsNobodyWaiting) {
  const std::string hello = ClientHello();
  const Opening rows[] = {
      {"silent", ""},
      {"first_byte", "\x16"},
      {"half_a_hello", hello.substr(0, hello.size() / 2)},
      {"hello_and_nothing_more", hello, 500},
      {"byte_after_the_hello", hello + "\x16"},
  };
  Siege siege(*exporter_, Options("TLS half-way"));
  for (const Opening& row : rows) {
    siege.Attack(row.name, [&] {
      const auto crowd = Crowd(row.clients, row.bytes);
      siege.ExpectService();
    });
    siege.Attack(row.name + " and gone"s, [&] {
      for (const Socket& client : Crowd(row.clients, row.bytes)) client.ResetOnClose();
    });
  }
}

// OpenSSL would write out 15 KiB of certificate as 33 MiB, before it knows whether to believe it.
TEST(HostileClientCertificate, ThatOpensslWouldWriteOutAtAnyLengthCostsNothing) {
  const WebSite site;
  const Certificate costly =
      IssueCertificate({.subject = "costly",
                        .subject_attributes = std::vector<NameAttribute>(500, {.value = "a"}),
                        .extensions = {RelativePointsExtension(500)}});
  site.Write("costly.pem", costly.Pem());
  site.Write("costly.key", costly.KeyPem());
  for (const char* mode : {"RequireAndVerifyClientCert", "VerifyClientCertIfGiven"}) {
    SCOPED_TRACE(mode);
    const auto exporter = site.Start(WebSite::Tls(std::string("  client_ca_file: client_ca.pem\n") +
                                                  "  client_auth_type: " + mode + "\n"));
    ASSERT_TRUE(exporter) << exporter.error();
    const auto healthy = [&] {
      return site.Get(**exporter, "/-/healthy", WebSite::Client::kGood).status == 200;
    };
    Ordeal ordeal(mode, **exporter, healthy);
    EXPECT_TRUE(healthy());
    ordeal.Try("costly certificate", [&] {
      const CurlResult answer =
          site.Get(**exporter, "/-/healthy", WebSite::Client::kNone,
                   {"--cert", site.Path("costly.pem"), "--key", site.Path("costly.key")});
      EXPECT_EQ(answer.status, 0) << answer.output;
    });
    EXPECT_TRUE(ordeal.AllSurvived());
    EXPECT_LT(ordeal.MostMemory(), MemoryBound(std::size_t{8} * 1024 * 1024));
  }
}

// What OpenSSL would go on with for ever, within one call, while nobody else is served.
TEST_F(HostileTlsClientTest, ThatNeverStopsIsClosed) {
  constexpr int kTimes = 5000;
  const auto records = [](std::uint8_t type, std::string_view content) {
    return [=](TlsVisitor& visitor) {
      Tls12Records sealed(visitor.ssl());
      std::string flood;
      for (int i = 0; i < kTimes; ++i) flood += sealed.Seal(type, content);
      return flood;
    };
  };
  using namespace std::string_view_literals;
  Siege siege(*exporter_, Options("TLS floods"));
  siege.Attack("renegotiations",
               [&] { Flood(TLS1_2_VERSION, records(SSL3_RT_HANDSHAKE, kEmptyClientHello)); });
  siege.Attack("warnings", [&] { Flood(TLS1_2_VERSION, records(SSL3_RT_ALERT, "\x01\x5a"sv)); });
  siege.Attack("empty_records",
               [&] { Flood(TLS1_2_VERSION, records(SSL3_RT_APPLICATION_DATA, ""sv)); });
  siege.Attack("key_updates", [&] {
    Flood(TLS1_3_VERSION, [](TlsVisitor& visitor) {
      for (int i = 0; i < kTimes; ++i) {
        SSL_key_update(visitor.ssl(), SSL_KEY_UPDATE_REQUESTED);
        if (SSL_do_handshake(visitor.ssl()) != 1) break;
      }
      return std::string();
    });
  });
  siege.Attack("endless_head", [&] {
    Flood(TLS1_3_VERSION, [](TlsVisitor& visitor) {
      const std::string head = "GET /metrics HTTP/1.1\r\nX: " + std::string(16000, 'x');
      for (int i = 0; i < kTimes; ++i) {
        if (SSL_write(visitor.ssl(), head.data(), static_cast<int>(head.size())) <= 0) break;
      }
      return std::string();
    });
  });
}

}  // namespace
}  // namespace stapling::testing
