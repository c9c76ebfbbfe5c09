// Clients that were let in over TLS, and then a web configuration that may not let them in.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <csignal>
#include <memory>
#include <string>

#include "exporter/web_reloader.h"
#include "tests/support/pki.h"
#include "tests/support/temp_dir.h"

namespace stapling::exporter {
namespace {

using stapling::testing::Certificate;
using stapling::testing::IssueCertificate;
using stapling::testing::TempDir;
using Status = IoResult::Status;

enum class Proof {
  kNone,
  kCertificate,  // of ca.pem, for scraper.test
};

struct StandingRow {
  const char* name;
  int version;
  Proof proof;
  std::string before;
  std::string after;
  Status heard;  // what becomes of a request after the reload
};

void PrintTo(const StandingRow& row, std::ostream* out) { *out << row.name; }

std::string Tls(const std::string& more) {
  return "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n" + more;
}

std::string Verified(const std::string& ca) {
  return "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: " + ca + "\n";
}

const std::string kIfGiven =
    "  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.pem\n";
const std::string kAny = "  client_auth_type: RequireAnyClientCert\n";
const std::string kItsName = "  client_allowed_sans: [scraper.test]\n";
const std::string kOtherName = "  client_allowed_sans: [other.test]\n";

class WebAdmissionTest : public ::testing::TestWithParam<StandingRow> {
 protected:
  WebAdmissionTest() {
    std::signal(SIGPIPE, SIG_IGN);
    const Certificate server = IssueCertificate({.subject = "server"});
    directory_.Write("server.pem", server.Pem());
    directory_.Write("server.key", server.KeyPem());
    directory_.Write("ca.pem", ca_.Pem());
    directory_.Write("other_ca.pem",
                     IssueCertificate({.subject = "Other CA", .is_ca = true}).Pem());
    directory_.Write("both.pem", directory_.Read("other_ca.pem") + directory_.Read("ca.pem"));
  }

  // The client's end of a connection that `transport_` serves.
  void Open(WebReloader& reloader, const StandingRow& row) {
    HttpServerOptions server;
    reloader.Secure(server);
    std::array<int, 2> ends{};
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    socket_ = FileDescriptor(ends[1]);
    transport_ = server.open_transport(FileDescriptor(ends[0]), "192.0.2.1:4711");
    ASSERT_NE(transport_, nullptr);
    SSL_CTX_set_max_proto_version(context_.get(), row.version);
    const Certificate certificate =
        IssueCertificate({.subject = "scraper", .issuer = &ca_, .dns_names = {"scraper.test"}});
    if (row.proof == Proof::kCertificate) {
      SSL_CTX_use_certificate(context_.get(), certificate.x509());
      SSL_CTX_use_PrivateKey(context_.get(), certificate.key());
    }
    client_.reset(SSL_new(context_.get()));
    SSL_set_fd(client_.get(), socket_.get());
    SSL_set_connect_state(client_.get());
    for (int turn = 0; turn < 10 && SSL_do_handshake(client_.get()) != 1; ++turn) {
      EXPECT_EQ(Read(), Status::kWouldBlock);
    }
    EXPECT_EQ(Read(), Status::kWouldBlock);
  }
  Status Read() {
    std::array<char, 64> buffer{};
    return transport_->Read(buffer).status;
  }
  Status Ask() {
    EXPECT_EQ(SSL_write(client_.get(), "GET", 3), 3);
    return Read();
  }

  const TempDir directory_;
  const Certificate ca_ = IssueCertificate({.subject = "CA", .is_ca = true});
  FileDescriptor null_{open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Logger logger_{{.descriptor = null_.get()}};
  SelfMetrics metrics_;
  const SslCtxPtr context_{SSL_CTX_new(TLS_client_method())};
  FileDescriptor socket_;
  SslPtr client_;
  std::unique_ptr<Transport> transport_;
};

TEST_P(WebAdmissionTest, StaysInWhoWouldBeLetIn) {
  const StandingRow& row = GetParam();
  directory_.Write("web.yml", Tls(row.before));
  const auto reloader =
      WebReloader::Make(directory_.Path("web.yml"), metrics_, logger_, std::chrono::hours(1));
  ASSERT_TRUE(reloader) << reloader.error();
  ASSERT_NO_FATAL_FAILURE(Open(**reloader, row));
  EXPECT_EQ(Ask(), Status::kDone);
  directory_.Write("web.yml", Tls(row.after));
  const auto error = (*reloader)->Reload();
  ASSERT_FALSE(error) << error->sentence;
  EXPECT_EQ(Ask(), row.heard);
  EXPECT_EQ(Ask(), row.heard);  // whoever is in after a reload stays in
}

std::vector<StandingRow> Rows() {
  std::vector<StandingRow> rows;
  for (const StandingRow& row : {
           StandingRow{"NothingNew", 0, Proof::kCertificate, Verified("ca.pem"), Verified("ca.pem"),
                       Status::kDone},
           {"ACaMore", 0, Proof::kCertificate, Verified("ca.pem"), Verified("both.pem"),
            Status::kDone},
           {"AnotherCa", 0, Proof::kCertificate, Verified("both.pem"), Verified("other_ca.pem"),
            Status::kClosed},
           {"ItsName", 0, Proof::kCertificate, Verified("ca.pem"), Verified("ca.pem") + kItsName,
            Status::kDone},
           {"AnotherName", 0, Proof::kCertificate, Verified("ca.pem"),
            Verified("ca.pem") + kOtherName, Status::kClosed},
           {"NowVerified", 0, Proof::kCertificate, kAny, Verified("other_ca.pem"), Status::kClosed},
           {"NoLongerVerified", 0, Proof::kCertificate, Verified("ca.pem"),
            kAny + "  client_ca_file: other_ca.pem\n", Status::kDone},
           {"NoneAskedFor", 0, Proof::kNone, "", "", Status::kDone},
           {"NoneWhereItMay", 0, Proof::kNone, "", kIfGiven, Status::kDone},
           {"NoneWhereItMust", 0, Proof::kNone, "", kAny, Status::kClosed},
           {"NoneWhereItMustNow", 0, Proof::kNone, kIfGiven, Verified("ca.pem"), Status::kClosed},
       }) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      rows.push_back(row);
      rows.back().version = version;
    }
  }
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Table, WebAdmissionTest, ::testing::ValuesIn(Rows()), [](const auto& row) {
  return row.param.name + std::string(row.param.version == TLS1_2_VERSION ? "Tls12" : "Tls13");
});

}  // namespace
}  // namespace stapling::exporter
