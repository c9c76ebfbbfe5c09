#include "exporter/http/tls_transport.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <csignal>
#include <string>
#include <vector>

#include "tests/support/pki.h"
#include "tests/support/tls12_records.h"

namespace stapling::exporter {
namespace {

using stapling::testing::Certificate;
using stapling::testing::IssueCertificate;
using stapling::testing::kEmptyClientHello;
using stapling::testing::Tls12Records;
using Status = IoResult::Status;

SslCtxPtr ServerContext() {
  const Certificate certificate = IssueCertificate({.subject = "server.test"});
  SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_use_certificate(context.get(), certificate.x509());
  SSL_CTX_use_PrivateKey(context.get(), certificate.key());
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

// A transport and a client at the two ends of a pair of sockets, both non-blocking.
class TlsTransportTest : public ::testing::Test {
 protected:
  TlsTransportTest() {
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    socket_ = FileDescriptor(ends[1]);
    transport_ = std::make_unique<TlsTransport>(
        FileDescriptor(ends[0]), SslPtr(SSL_new(server_.get())),
        [this](const std::string& why) { failures_.push_back(why); });
    SSL_set_fd(client_.get(), socket_.get());
    SSL_set_connect_state(client_.get());
  }

  // Both sides take turns; on a pair of sockets nothing is ever under way.
  void Handshake() {
    for (int turn = 0; turn < 10 && SSL_do_handshake(client_.get()) != 1; ++turn) {
      EXPECT_EQ(Read(), Status::kWouldBlock);
    }
    EXPECT_EQ(Read(), Status::kWouldBlock);
    ASSERT_EQ(SSL_is_init_finished(client_.get()), 1);
  }
  Status Read() {
    std::array<char, 64> buffer{};
    const IoResult result = transport_->Read(buffer);
    read_.append(buffer.data(), result.bytes);
    return result.status;
  }
  [[nodiscard]] std::string ReceiveRaw() const {
    std::array<char, 256> buffer{};
    const ssize_t count = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    return {buffer.data(), count < 0 ? 0 : static_cast<std::size_t>(count)};
  }

  const SslCtxPtr server_ = ServerContext();
  const SslCtxPtr client_context_{SSL_CTX_new(TLS_client_method())};
  const SslPtr client_{SSL_new(client_context_.get())};
  FileDescriptor socket_;
  std::unique_ptr<TlsTransport> transport_;
  std::vector<std::string> failures_;
  std::string read_;
};

TEST_F(TlsTransportTest, MovesBytesBothWaysAndSaysGoodbye) {
  Handshake();
  ASSERT_EQ(SSL_write(client_.get(), "ping", 4), 4);
  EXPECT_EQ(Read(), Status::kDone);
  EXPECT_EQ(read_, "ping");
  EXPECT_EQ(Read(), Status::kWouldBlock);
  EXPECT_EQ(transport_->Write("pong").bytes, 4U);
  std::array<char, 16> answer{};
  ASSERT_EQ(SSL_read(client_.get(), answer.data(), answer.size()), 4);
  EXPECT_EQ(std::string(answer.data()), "pong");

  transport_->ShutdownWrite();
  const int end = SSL_read(client_.get(), answer.data(), answer.size());
  EXPECT_EQ(SSL_get_error(client_.get(), end), SSL_ERROR_ZERO_RETURN);
  ASSERT_EQ(SSL_write(client_.get(), "late", 4), 4);
  EXPECT_EQ(Read(), Status::kDone);  // reading goes on
  EXPECT_TRUE(failures_.empty());
}

TEST_F(TlsTransportTest, SaysGoodbyeWhenItIsDestroyed) {
  Handshake();
  transport_.reset();
  char byte = 0;
  const int end = SSL_read(client_.get(), &byte, 1);
  EXPECT_EQ(SSL_get_error(client_.get(), end), SSL_ERROR_ZERO_RETURN);
}

TEST_F(TlsTransportTest, WritesInPartsToASlowReader) {
  Handshake();
  const std::string big(std::size_t{4} * 1024 * 1024, 'b');
  std::size_t sent = 0;
  std::size_t received = 0;
  std::array<char, 65536> buffer{};
  bool blocked = false;
  for (int turn = 0; turn < 100'000 && received < big.size(); ++turn) {
    if (sent < big.size()) {
      const IoResult written = transport_->Write(std::string_view(big).substr(sent));
      ASSERT_NE(written.status, Status::kClosed);
      sent += written.bytes;
      blocked |= written.status == Status::kWouldBlock;
      if (written.status == Status::kDone) continue;
    }
    const int count = SSL_read(client_.get(), buffer.data(), buffer.size());
    if (count > 0) received += static_cast<std::size_t>(count);
  }
  EXPECT_TRUE(blocked);
  EXPECT_EQ(received, big.size());
}

TEST_F(TlsTransportTest, TellsPlainHttpWhatItsMistakeIs) {
  const std::string request = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_GT(send(socket_.get(), request.data(), request.size(), 0), 0);
  EXPECT_EQ(Read(), Status::kWouldBlock);
  EXPECT_EQ(ReceiveRaw(),
            "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n");
  EXPECT_EQ(failures_, std::vector<std::string>{"http request"});
  // What still comes is dropped, up to the client's end.
  ASSERT_GT(send(socket_.get(), request.data(), request.size(), 0), 0);
  EXPECT_EQ(Read(), Status::kWouldBlock);
  socket_.Reset();
  EXPECT_EQ(Read(), Status::kClosed);
  EXPECT_EQ(transport_->Write("x").status, Status::kClosed);
}

TEST_F(TlsTransportTest, DropsSoMuchAndNoMore) {
  ASSERT_GT(send(socket_.get(), "noise, no TLS", 13, 0), 0);
  EXPECT_EQ(Read(), Status::kWouldBlock);
  EXPECT_EQ(failures_.size(), 1U);
  const std::string noise(65536, 'n');
  int turns = 0;
  while (turns < 100 && Read() == Status::kWouldBlock) {
    ++turns;
    static_cast<void>(send(socket_.get(), noise.data(), noise.size(), MSG_NOSIGNAL));
  }
  EXPECT_GT(turns, 1);
  EXPECT_LT(turns, 100);
}

TEST_F(TlsTransportTest, AClientThatGoesDuringTheHandshakeIsAFailure) {
  EXPECT_EQ(Read(), Status::kWouldBlock);
  socket_.Reset();
  EXPECT_EQ(Read(), Status::kClosed);
  EXPECT_EQ(failures_.size(), 1U);
}

TEST_F(TlsTransportTest, EndsAFloodOfKeyUpdates) {
  Handshake();
  Status status = Status::kWouldBlock;
  int updates = 0;
  while (updates < 1000 && status == Status::kWouldBlock) {
    ++updates;
    SSL_key_update(client_.get(), SSL_KEY_UPDATE_NOT_REQUESTED);
    static_cast<void>(SSL_do_handshake(client_.get()));
    status = Read();
  }
  EXPECT_EQ(status, Status::kClosed);
  EXPECT_GT(updates, 10);
  EXPECT_LT(updates, 1000);
}

// OpenSSL answers each with a warning and reads on, for as long as there is anything to read.
TEST_F(TlsTransportTest, EndsAFloodOfRenegotiations) {
  SSL_set_max_proto_version(client_.get(), TLS1_2_VERSION);
  SSL_set_cipher_list(client_.get(), "ECDHE-ECDSA-AES128-GCM-SHA256");
  Handshake();
  Tls12Records records(client_.get());
  std::string flood;
  for (int i = 0; i < 1000; ++i) flood += records.Seal(SSL3_RT_HANDSHAKE, kEmptyClientHello);
  ASSERT_EQ(send(socket_.get(), flood.data(), flood.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(flood.size()));
  EXPECT_EQ(Read(), Status::kClosed);
}

}  // namespace
}  // namespace stapling::exporter
