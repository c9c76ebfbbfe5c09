#include "exporter/saved_staples.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>

#include "core/net/file_descriptor.h"
#include "core/strict_client.h"
#include "core/x509/certificate.h"
#include "core/x509/pem.h"
#include "core/x509/text.h"
#include "core/x509/trust_store.h"
#include "exporter/verify_line.h"

namespace stapling::exporter {
namespace {

using std::chrono::sys_seconds;

constexpr std::size_t kMaxHostInName = 180;  // leaves room for the rest within NAME_MAX

std::string Plain(std::string text) {
  for (char& character : text) {
    const bool plain = (character >= 'a' && character <= 'z') ||
                       (character >= '0' && character <= '9') || character == '.' ||
                       character == '-';
    if (!plain) character = '_';
  }
  return text;
}

// What tells this connection from the others of its probe, which may have other staples.
std::string CombinationInName(const Connection& connection) {
  const Combination& combination = connection.combination;
  std::string name;
  if (combination.address && connection.address) {
    name += "." + Plain(connection.address->ToString());
  }
  if (const auto version = combination.tls_version) {
    name += *version == TlsVersion::kTls12 ? ".tls1.2" : ".tls1.3";
  }
  if (combination.key_type) name += "." + std::string(Label(*combination.key_type));
  return name;
}

std::string FileStem(std::string host, std::uint16_t port, const Connection& connection,
                     unsigned depth) {
  host.resize(std::min(host.size(), kMaxHostInName));
  host = Plain(std::move(host));
  if (host.empty() || host.front() == '.' || host.front() == '-') host.insert(0, "_");
  return host + "_" + std::to_string(port) + CombinationInName(connection) + "." +
         std::to_string(depth);
}

Error CannotWrite(const std::string& path, int error_number) {
  return {"Cannot write " + CleanText(path) + ": " + std::generic_category().message(error_number) +
          "."};
}

std::optional<Error> WriteFile(const std::string& path, std::string_view content) {
  const FileDescriptor file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file) return CannotWrite(path, errno);
  while (!content.empty()) {
    const ssize_t count = write(file.get(), content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return CannotWrite(path, errno);
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return std::nullopt;
}

std::string Pem(X509* certificate) { return EncodePem(ToDer(certificate), "CERTIFICATE"); }

struct Saved {
  std::optional<std::string> command;  // with an issuer only
  std::optional<Error> error;
};

Saved SaveOne(const std::string& stem, const PresentedCertificate& entry, X509* issuer,
              sys_seconds at, const JudgePolicy& policy) {
  const std::string response = stem + ".staple.pem";
  const std::string certificate = stem + ".cert.pem";
  const std::string pem =
      entry.staple->empty() ? std::string() : EncodePem(*entry.staple, "OCSP RESPONSE");
  if (auto error = WriteFile(response, pem)) return {.command = {}, .error = error};
  if (auto error = WriteFile(certificate, Pem(entry.certificate.get()))) {
    return {.command = {}, .error = error};
  }
  const std::string issuer_file = stem + ".issuer.pem";
  if (issuer == nullptr) {  // an older one would be another certificate's
    if (unlink(issuer_file.c_str()) == 0 || errno == ENOENT) return {};
    return {.command = {}, .error = CannotWrite(issuer_file, errno)};
  }
  if (auto error = WriteFile(issuer_file, Pem(issuer))) return {.command = {}, .error = error};
  return {.command = VerifyLine({response, certificate, issuer_file}, at, policy), .error = {}};
}

}  // namespace

Result<std::vector<std::string>> SaveStaples(const std::string& directory, const Target& target,
                                             const Module& module, const ProbeResult& result) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) return CannotWrite(directory, failed.value());
  const auto trust_store = TrustStore::Load(module.tls.ca_file);
  const TrustStore* trusted = trust_store ? trust_store->get() : nullptr;
  std::vector<std::string> commands;
  for (const Connection& connection : result.connections) {
    for (const StapleReport& staple : connection.staples) {
      const auto& chain = connection.handshake.chain;
      if (staple.depth >= chain.size()) continue;
      const PresentedCertificate& entry = chain[staple.depth];
      if (!entry.certificate || !entry.staple) continue;
      const auto issuer = IssuerOf(entry, connection.handshake, trusted);
      const std::string stem = (std::filesystem::path(directory) /
                                FileStem(target.host, result.port, connection, staple.depth))
                                   .string();
      Saved saved =
          SaveOne(stem, entry, issuer.certificate.get(), result.now, module.staple.policy);
      if (saved.error) return *saved.error;
      if (saved.command) commands.push_back(std::move(*saved.command));
    }
  }
  return commands;
}

}  // namespace stapling::exporter
