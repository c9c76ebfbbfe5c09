// A TLS client for the tests of the servers here: a handshake, and what the server stapled.
//
// It reads staples out of the messages themselves (TLS 1.3 Certificate, TLS 1.2 CertificateStatus),
// checks nothing and closes cleanly.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/support/tls_server.h"

namespace stapling::testing {

struct TestClientOptions {
  std::uint16_t port = 0;
  TlsVersion version = TlsVersion::k13;
  bool ask = true;  // send status_request
  const char* server_name = nullptr;
  std::vector<std::string> alpn = {};
  const Certificate* certificate = nullptr;
  std::chrono::milliseconds timeout = std::chrono::seconds(5);  // of each read
};

struct TestHandshake {
  bool completed = false;
  std::string error = {};         // of OpenSSL, for what did not complete
  int system_error = 0;           // errno of a failed read: EAGAIN is the timeout
  std::vector<Bytes> chain = {};  // DER
  Staples staples = {};           // by depth
};

TestHandshake Connect(const TestClientOptions& options);

}  // namespace stapling::testing
