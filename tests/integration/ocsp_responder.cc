#include "tests/integration/ocsp_responder.h"

#include <charconv>
#include <utility>

#include "tests/integration/real_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

std::string UpperHex(const Bytes& bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string hex;
  for (const std::uint8_t byte : bytes) hex += {kDigits[byte >> 4], kDigits[byte & 0xf]};
  return hex;
}

// The database of `openssl ca`: status, expiry, revocation, serial number, file, subject.
std::string IndexLine(const Certificate& certificate, CertStatus status) {
  std::string serial = UpperHex(certificate.SerialContent());
  if (serial.size() > 2 && serial.starts_with("00")) serial.erase(0, 2);
  const bool revoked = status == CertStatus::kRevoked;
  return std::string(revoked ? "R" : "V") + "\t491231235959Z\t" +
         (revoked ? "260101000000Z,keyCompromise" : "") + "\t" + serial +
         "\tunknown\t/CN=" + serial + "\n";  // subjects must differ
}

// Of "ACCEPT [::]:8080 PID=1" or "ACCEPT 0.0.0.0:8080 PID=1"; 0 as long as that is not complete.
std::uint16_t AcceptingPort(const std::string& output) {
  const std::size_t start = output.find("ACCEPT ");
  if (start == std::string::npos) return 0;
  const std::size_t end = output.find_first_of(" \n", start + 7);
  if (end == std::string::npos) return 0;
  const std::size_t colon = output.rfind(':', end);
  std::uint16_t port = 0;
  std::from_chars(output.data() + colon + 1, output.data() + end, port);
  return port;
}

}  // namespace

Result<std::unique_ptr<OcspResponder>> OcspResponder::Start(const Site& site, CertStatus status,
                                                            std::uint16_t port,
                                                            const std::vector<Certificate>& more) {
  // The responder does not know what its index does not hold.
  std::string index = status == CertStatus::kUnknown ? "" : IndexLine(site.leaf, status);
  for (const Certificate& certificate : more) index += IndexLine(certificate, CertStatus::kGood);
  const TempDir& directory = site.directory();
  const std::string issuer = directory.Write("responder.pem", site.pki.intermediate.Pem());
  const std::string key = directory.Write("responder.key", site.pki.intermediate.KeyPem());
  auto started = Process::Start(
      {.arguments = {FindProgram("openssl"), "ocsp", "-index", directory.Write("index.txt", index),
                     "-port", std::to_string(port), "-rsigner", issuer, "-rkey", key, "-CA", issuer,
                     "-ndays", "1", "-resp_no_certs"}});
  if (!started) return Error{started.error()};
  std::unique_ptr<OcspResponder> responder(new OcspResponder());
  responder->process_ = std::move(started).value();
  const Process& process = *responder->process_;
  const bool settled = WaitUntil([&] {
    responder->port_ = AcceptingPort(process.Output() + process.Errors());
    return responder->port_ != 0 || !process.Running();
  });
  if (!settled || responder->port_ == 0) {
    return Error{"openssl ocsp does not serve; it said: " + process.Output() + process.Errors()};
  }
  return responder;
}

}  // namespace stapling::testing
