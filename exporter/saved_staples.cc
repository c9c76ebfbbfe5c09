#include "exporter/saved_staples.h"

#include <fcntl.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>

#include "core/net/file_descriptor.h"
#include "core/x509/issuer.h"
#include "core/x509/text.h"
#include "core/x509/time.h"
#include "core/x509/trust_store.h"
#include "exporter/config/duration.h"
#include "exporter/escape.h"

namespace stapling::exporter {
namespace {

constexpr std::size_t kMaxHostInName = 200;  // leaves room for the rest within NAME_MAX

std::string FileStem(std::string host, std::uint16_t port, unsigned depth) {
  host.resize(std::min(host.size(), kMaxHostInName));
  for (char& character : host) {
    const bool plain = (character >= 'a' && character <= 'z') ||
                       (character >= '0' && character <= '9') || character == '.' ||
                       character == '-';
    if (!plain) character = '_';
  }
  if (host.empty() || host.front() == '.' || host.front() == '-') host.insert(0, "_");
  return host + "_" + std::to_string(port) + "." + std::to_string(depth);
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

std::string Pem(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1) return {};
  const char* data = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(length)};
}

// As the probe found it: the same search over the same certificates.
X509Ptr IssuerOf(X509* certificate, const Handshake& handshake, const TrustStore* trust_store) {
  std::vector<X509Ptr> presented;
  for (const PresentedCertificate& entry : handshake.chain) {
    if (entry.certificate) presented.push_back(Share(entry.certificate.get()));
  }
  return FindIssuer(certificate, {.verified_chain = handshake.verified_chain,
                                  .presented = presented,
                                  .trust_store = trust_store});
}

std::string PolicyFlags(const JudgePolicy& policy) {
  const JudgePolicy usual;
  std::string flags;
  if (policy.clock_skew != usual.clock_skew) {
    flags += " --clock-skew " + PrintDuration(policy.clock_skew);
  }
  if (policy.max_age) flags += " --max-age " + PrintDuration(*policy.max_age);
  if (policy.require_next_update) flags += " --require-next-update";
  return flags;
}

struct Saved {
  std::optional<std::string> command;  // with an issuer only
  std::optional<Error> error;
};

Saved SaveOne(const std::string& stem, const PresentedCertificate& entry, X509* issuer,
              const std::string& judged_with) {
  const std::string response = stem + ".staple.der";
  const std::string certificate = stem + ".cert.pem";
  const std::string_view der(reinterpret_cast<const char*>(entry.staple->data()),
                             entry.staple->size());
  if (auto error = WriteFile(response, der)) return {.command = {}, .error = error};
  if (auto error = WriteFile(certificate, Pem(entry.certificate.get()))) {
    return {.command = {}, .error = error};
  }
  if (issuer == nullptr) return {};
  const std::string issuer_file = stem + ".issuer.pem";
  if (auto error = WriteFile(issuer_file, Pem(issuer))) return {.command = {}, .error = error};
  return {.command = "ocsp_stapling_exporter verify --response " + EscapeShell(response) +
                     " --certificate " + EscapeShell(certificate) + " --issuer " +
                     EscapeShell(issuer_file) + judged_with,
          .error = {}};
}

}  // namespace

Result<std::vector<std::string>> SaveStaples(const std::string& directory, const Target& target,
                                             const Module& module, const ProbeResult& result) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) return CannotWrite(directory, failed.value());
  const auto trust_store = TrustStore::Load(module.tls.ca_file);
  const TrustStore* trusted = trust_store ? trust_store->get() : nullptr;
  const std::string judged_with =
      " --at " + ToRfc3339(result.now) + PolicyFlags(module.staple.policy);

  std::vector<std::string> commands;
  for (const Connection& connection : result.connections) {
    for (const StapleReport& staple : connection.staples) {
      const auto& chain = connection.handshake.chain;
      if (staple.depth >= chain.size()) continue;
      const PresentedCertificate& entry = chain[staple.depth];
      if (!entry.certificate || !entry.staple) continue;
      const X509Ptr issuer = IssuerOf(entry.certificate.get(), connection.handshake, trusted);
      const std::string stem =
          (std::filesystem::path(directory) / FileStem(target.host, result.port, staple.depth))
              .string();
      Saved saved = SaveOne(stem, entry, issuer.get(), judged_with);
      if (saved.error) return *saved.error;
      if (saved.command) commands.push_back(std::move(*saved.command));
    }
  }
  return commands;
}

}  // namespace stapling::exporter
