#include "exporter/input_file.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "core/base64.h"
#include "core/net/file_descriptor.h"
#include "core/x509/issuer.h"
#include "core/x509/pem.h"
#include "core/x509/relative_points.h"
#include "core/x509/text.h"

namespace stapling::exporter {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{16} * 1024 * 1024;

Error CannotRead(const std::string& path, int error_number) {
  return {"Cannot read " + CleanText(path) + ": " + std::generic_category().message(error_number) +
          "."};
}

Result<Bytes> ReadToEnd(int descriptor, const std::string& name) {
  Bytes content;
  std::array<std::uint8_t, std::size_t{64} * 1024> buffer{};
  for (;;) {
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return CannotRead(name, errno);
    if (count == 0) return content;
    content.insert(content.end(), buffer.begin(), buffer.begin() + count);
    if (content.size() > kMaxFileBytes) {
      return Error{CleanText(name) + " is larger than 16 MiB."};
    }
  }
}

// Of its PEM blocks: must outlive what is returned.
BioPtr BioOf(const std::string& blocks) {
  return BioPtr(BIO_new_mem_buf(blocks.data(), static_cast<int>(blocks.size())));
}

struct PemBlock {
  std::string label;
  Bytes der;
};

std::optional<PemBlock> NextPemBlock(BIO* bio) {
  char* label = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long length = 0;
  if (PEM_read_bio(bio, &label, &header, &data, &length) != 1) return std::nullopt;
  const BufferPtr label_owner(reinterpret_cast<unsigned char*>(label));
  const BufferPtr header_owner(reinterpret_cast<unsigned char*>(header));
  const BufferPtr data_owner(data);
  return PemBlock{label, Bytes(data, data + length)};
}

std::optional<Bytes> FromPem(BytesView content) {
  const std::string blocks = PemBlocksOf(content);
  const BioPtr bio = BioOf(blocks);
  while (auto block = NextPemBlock(bio.get())) {
    if (block->label == "OCSP RESPONSE") return std::move(block->der);
  }
  ERR_clear_error();
  return std::nullopt;
}

// Base64 of a SEQUENCE begins with M; that is no DER.
std::optional<Bytes> FromBase64(BytesView content) {
  std::string text;
  for (const std::uint8_t octet : content) {
    const char character = static_cast<char>(octet);
    if (std::string_view(" \t\r\n").find(character) == std::string_view::npos) text += character;
  }
  return text.starts_with('M') ? DecodeBase64(text) : std::nullopt;
}

X509Ptr CertificateFromDer(BytesView content) {
  const unsigned char* cursor = content.data();
  X509Ptr certificate(d2i_X509(nullptr, &cursor, static_cast<long>(content.size())));
  if (cursor != content.data() + content.size()) certificate.reset();
  return certificate;
}

// At least one.
Result<std::vector<X509Ptr>> ReadCertificates(const std::string& path) {
  auto content = ReadInputFile(path);
  if (!content) return Error{content.error()};
  std::vector<X509Ptr> certificates;
  if (X509Ptr only = CertificateFromDer(*content)) {
    certificates.push_back(std::move(only));
  } else {
    const std::string blocks = PemBlocksOf(*content);
    const BioPtr bio = BioOf(blocks);
    while (X509Ptr next{PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr)}) {
      certificates.push_back(std::move(next));
    }
  }
  ERR_clear_error();
  if (certificates.empty()) {
    return Error{CleanText(path) + " holds no certificate, neither as PEM nor as DER."};
  }
  if (std::ranges::any_of(certificates, [](const X509Ptr& certificate) {
        return HasManyRelativePoints(certificate.get());
      })) {
    return Error{CleanText(path) +
                 " holds a certificate with several CRL distribution points that have relative "
                 "names, which would take more memory than there is."};
  }
  return certificates;
}

}  // namespace

Result<Bytes> ReadInputFile(const std::string& path) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file) return CannotRead(path, errno);
  return ReadToEnd(file.get(), path);
}

Result<Bytes> ReadStandardInput() { return ReadToEnd(STDIN_FILENO, "standard input"); }

// What begins as DER is DER, whatever text comes behind. No length of a whole response is a
// character of base64.
Bytes ResponseDer(Bytes content) {
  constexpr std::uint8_t kSequence = 0x30;
  if (content.size() > 1 && content[0] == kSequence && std::isgraph(content[1]) == 0) {
    return content;
  }
  if (auto der = FromPem(content)) return std::move(*der);
  if (auto der = FromBase64(content)) return std::move(*der);
  return content;
}

Result<X509Ptr> ReadCertificateFile(const std::string& path) {
  auto certificates = ReadCertificates(path);
  if (!certificates) return Error{certificates.error()};
  return std::move(certificates->front());
}

Result<X509Ptr> ReadIssuerFile(const std::string& path, X509* certificate) {
  auto certificates = ReadCertificates(path);
  if (!certificates) return Error{certificates.error()};
  const auto issuer = std::ranges::find_if(*certificates, [certificate](const X509Ptr& candidate) {
    return Issued(candidate.get(), certificate);
  });
  return std::move(issuer == certificates->end() ? certificates->front() : *issuer);
}

}  // namespace stapling::exporter
