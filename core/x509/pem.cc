#include "core/x509/pem.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <climits>
#include <memory>
#include <string>

#include "core/x509/openssl_ptr.h"

namespace stapling {
namespace {

using DecoderPtr = std::unique_ptr<EVP_ENCODE_CTX, OpensslDeleter<EVP_ENCODE_CTX_free>>;

constexpr std::string_view kWhiteSpace = " \t\r\n";

// At the beginning of a line, at or after `from`.
std::size_t FindLine(std::string_view text, std::string_view line, std::size_t from) {
  for (std::size_t at = text.find(line, from); at != std::string_view::npos;
       at = text.find(line, at + 1)) {
    if (at == 0 || text[at - 1] == '\n') return at;
  }
  return std::string_view::npos;
}

std::optional<Bytes> DecodeBase64(std::string_view text) {
  // OpenSSL takes a hyphen for the end.
  if (text.size() > INT_MAX || text.find('-') != std::string_view::npos) return std::nullopt;
  const DecoderPtr decoder(EVP_ENCODE_CTX_new());
  if (!decoder) return std::nullopt;
  Bytes decoded(text.size() / 4 * 3 + 3);
  int length = 0;
  int rest = 0;
  EVP_DecodeInit(decoder.get());
  if (EVP_DecodeUpdate(decoder.get(), decoded.data(), &length,
                       reinterpret_cast<const unsigned char*>(text.data()),
                       static_cast<int>(text.size())) < 0 ||
      EVP_DecodeFinal(decoder.get(), decoded.data() + length, &rest) != 1) {
    return std::nullopt;
  }
  decoded.resize(static_cast<std::size_t>(length) + static_cast<std::size_t>(rest));
  return decoded;
}

}  // namespace

std::optional<Bytes> DecodePem(BytesView pem, std::string_view label) {
  const std::string_view text(reinterpret_cast<const char*>(pem.data()), pem.size());
  const std::string begin = "-----BEGIN " + std::string(label) + "-----";
  const std::string end = "-----END " + std::string(label) + "-----";
  const std::size_t block = FindLine(text, begin, 0);
  if (block == std::string_view::npos) return std::nullopt;
  const std::size_t body = block + begin.size();
  const std::size_t last = FindLine(text, end, body);
  if (last == std::string_view::npos ||
      text.find_first_not_of(kWhiteSpace, last + end.size()) != std::string_view::npos) {
    return std::nullopt;
  }
  return DecodeBase64(text.substr(body, last - body));
}

std::string PemBlocksOf(BytesView text) {
  const std::string_view all(reinterpret_cast<const char*>(text.data()), text.size());
  const auto line_end = [all](std::size_t from) {
    const std::size_t end = all.find('\n', from);
    return end == std::string_view::npos ? all.size() : end + 1;
  };
  std::string blocks;
  std::size_t at = 0;
  while ((at = FindLine(all, "-----BEGIN ", at)) != std::string_view::npos) {
    const std::size_t last = FindLine(all, "-----END ", at);
    const std::size_t end = last == std::string_view::npos ? all.size() : line_end(last);
    blocks += all.substr(at, end - at);
    at = end;
  }
  return blocks;
}

int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*argument*/) { return 0; }

std::string EncodePem(BytesView octets, std::string_view label) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || octets.size() > LONG_MAX ||
      PEM_write_bio(bio.get(), std::string(label).c_str(), "", octets.data(),
                    static_cast<long>(octets.size())) <= 0) {
    return {};
  }
  const char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

}  // namespace stapling
