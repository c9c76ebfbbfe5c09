#include "tests/support/crafted_server.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/tls/message_reader.h"
#include "tests/support/openssl_handle.h"
#include "tests/support/signing.h"
#include "tests/support/tls_record.h"

namespace stapling::testing {
namespace {

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Freeing<EVP_CIPHER_CTX_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freeing<EVP_PKEY_CTX_free>>;
using AnyKey = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;

constexpr std::size_t kHashSize = 32;
constexpr std::size_t kShareSize = 32;
constexpr std::size_t kMostInARecord = 16'000;
constexpr std::uint16_t kX25519 = 29;
constexpr std::uint16_t kKeyShare = 51;
constexpr std::uint16_t kSupportedVersions = 43;

void PutNumber(Bytes& out, std::size_t octets, std::size_t number) {
  while (octets-- > 0) out.push_back(static_cast<std::uint8_t>(number >> (8 * octets)));
}

void PutVector(Bytes& out, std::size_t length_octets, const Bytes& content) {
  PutNumber(out, length_octets, content.size());
  Append(out, content);
}

Bytes Message(std::uint8_t type, const Bytes& body) {
  Bytes message = {type};
  PutVector(message, 3, body);
  return message;
}

Bytes Hash(const Bytes& data) { return Digest("SHA256", data); }

Bytes Hmac(const Bytes& key, const Bytes& data) {
  Bytes mac(kHashSize);
  unsigned size = 0;
  Require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data.data(), data.size(),
               mac.data(), &size) != nullptr,
          "HMAC");
  return mac;
}

// HKDF-Expand-Label (RFC 8446 section 7.1), of up to one hash.
Bytes Expand(const Bytes& secret, std::string_view label, const Bytes& context, std::size_t size) {
  Bytes info;
  PutNumber(info, 2, size);
  PutVector(info, 1, ToBytes("tls13 " + std::string(label)));
  PutVector(info, 1, context);
  info.push_back(1);
  Bytes expanded = Hmac(secret, info);
  expanded.resize(size);
  return expanded;
}

Bytes RecordHead(std::uint8_t type, std::size_t size) {
  Bytes head = {type, 3, 3};
  PutNumber(head, 2, size);
  return head;
}

struct Asked {
  Bytes session_id;
  Bytes share;  // of X25519
};

std::optional<Asked> ReadAsked(const Bytes& hello) {
  MessageReader message{BytesView(hello)};
  const bool begins = message.Octets(4 + 2 + 32).has_value();  // header, version, random
  const auto session_id = message.Vector(1);
  const bool goes_on = message.Vector(2) && message.Vector(1);  // ciphers, compression
  const auto extensions = message.Vector(2);
  if (!begins || !session_id || !goes_on || !extensions) return std::nullopt;
  for (MessageReader list(*extensions); !list.done();) {
    const auto type = list.Number(2);
    const auto data = list.Vector(2);
    if (!type || !data) return std::nullopt;
    if (*type != kKeyShare) continue;
    const auto shares = MessageReader(*data).Vector(2);
    for (MessageReader share(shares.value_or(BytesView())); !share.done();) {
      const auto group = share.Number(2);
      const auto key = share.Vector(2);
      if (!group || !key) return std::nullopt;
      if (*group == kX25519) {
        return Asked{Bytes(session_id->begin(), session_id->end()),
                     Bytes(key->begin(), key->end())};
      }
    }
  }
  return std::nullopt;
}

struct Agreement {
  Bytes share;  // ours
  Bytes secret;
};

Agreement Agree(const Bytes& their_share) {
  const AnyKey own(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"));
  const AnyKey theirs(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, their_share.data(),
                                                  their_share.size()));
  const KeyContext context(EVP_PKEY_CTX_new(own.get(), nullptr));
  Agreement agreement{.share = Bytes(kShareSize), .secret = Bytes(kShareSize)};
  std::size_t share_size = kShareSize;
  std::size_t secret_size = kShareSize;
  Require(theirs &&
              EVP_PKEY_get_raw_public_key(own.get(), agreement.share.data(), &share_size) == 1 &&
              EVP_PKEY_derive_init(context.get()) == 1 &&
              EVP_PKEY_derive_set_peer(context.get(), theirs.get()) == 1 &&
              EVP_PKEY_derive(context.get(), agreement.secret.data(), &secret_size) == 1,
          "agreeing on a key");
  return agreement;
}

Bytes ServerHello(const Asked& asked, const Bytes& share, std::size_t key_shares) {
  Bytes body = {3, 3};
  Bytes random(32);
  Require(RAND_bytes(random.data(), static_cast<int>(random.size())) == 1, "random octets");
  Append(body, random);
  PutVector(body, 1, asked.session_id);
  Append(body, Bytes{0x13, 0x01, 0});  // TLS_AES_128_GCM_SHA256, no compression
  Bytes extensions = TlsExtension(kSupportedVersions, {3, 4});
  Bytes key_share;
  PutNumber(key_share, 2, kX25519);
  PutVector(key_share, 2, share);
  for (std::size_t i = 0; i < key_shares; ++i) {
    Append(extensions, TlsExtension(kKeyShare, key_share));
  }
  PutVector(body, 2, extensions);
  return Message(2, body);
}

Bytes CertificateMessage(const std::vector<CraftedEntry>& entries) {
  Bytes list;
  for (const CraftedEntry& entry : entries) {
    PutVector(list, 3, entry.certificate);
    PutVector(list, 2, entry.extensions);
  }
  Bytes body = {0};
  PutVector(body, 3, list);
  return Message(11, body);
}

Bytes CertificateVerify(EVP_PKEY* key, const Bytes& transcript) {
  Bytes content(64, ' ');
  Append(content, ToBytes("TLS 1.3, server CertificateVerify"));
  content.push_back(0);
  Append(content, Hash(transcript));
  Bytes body = {4, 3};  // ecdsa_secp256r1_sha256
  PutVector(body, 2, Sign(key, {}, content).value);
  return Message(15, body);
}

// Handshake messages in records under the server's traffic secret (RFC 8446 section 5.2).
Bytes Sealed(const Bytes& secret, const Bytes& messages) {
  constexpr std::size_t kTagSize = 16;
  const Bytes key = Expand(secret, "key", {}, 16);
  const Bytes salt = Expand(secret, "iv", {}, 12);
  Bytes records;
  std::uint8_t sequence = 0;
  for (std::size_t at = 0; at < messages.size(); at += kMostInARecord, ++sequence) {
    const std::size_t size = std::min(kMostInARecord, messages.size() - at);
    Bytes content(messages.begin() + static_cast<std::ptrdiff_t>(at),
                  messages.begin() + static_cast<std::ptrdiff_t>(at + size));
    content.push_back(22);
    Bytes nonce = salt;
    nonce.back() ^= sequence;
    const Bytes head = RecordHead(23, content.size() + kTagSize);
    Bytes sealed(content.size() + kTagSize);
    int written = 0;
    const Cipher cipher(EVP_CIPHER_CTX_new());
    Require(EVP_EncryptInit_ex(cipher.get(), EVP_aes_128_gcm(), nullptr, key.data(),
                               nonce.data()) == 1 &&
                EVP_EncryptUpdate(cipher.get(), nullptr, &written, head.data(),
                                  static_cast<int>(head.size())) == 1 &&
                EVP_EncryptUpdate(cipher.get(), sealed.data(), &written, content.data(),
                                  static_cast<int>(content.size())) == 1 &&
                EVP_EncryptFinal_ex(cipher.get(), sealed.data() + written, &written) == 1 &&
                EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, kTagSize,
                                    sealed.data() + content.size()) == 1,
            "sealing a record");
    Append(records, head);
    Append(records, sealed);
  }
  return records;
}

}  // namespace

Bytes TlsExtension(std::uint16_t type, const Bytes& data) {
  Bytes extension;
  PutNumber(extension, 2, type);
  PutVector(extension, 2, data);
  return extension;
}

Bytes StapleExtension(const Bytes& response, std::uint8_t status_type) {
  Bytes status = {status_type};
  PutVector(status, 3, response);
  return TlsExtension(5, status);
}

Result<std::unique_ptr<CraftedServer>> CraftedServer::Start(CraftedServerOptions options) {
  auto listener = ListenTcp("127.0.0.1", 0);
  if (!listener) return Error{listener.error()};
  return std::unique_ptr<CraftedServer>(
      new CraftedServer(std::move(listener).value(), std::move(options)));
}

CraftedServer::CraftedServer(Socket listener, CraftedServerOptions options)
    : options_(std::move(options)),
      pool_(std::move(listener), 64,
            [this](const Socket& socket, std::size_t /*number*/) { Serve(socket); }) {}

void CraftedServer::Serve(const Socket& socket) const {
  const auto hello = ReadRecord(socket.get());  // clients put it into one
  const auto asked = hello ? ReadAsked(*hello) : std::nullopt;
  if (!asked) return;
  const Agreement agreement = Agree(asked->share);
  const Bytes server_hello = ServerHello(*asked, agreement.share, options_.key_shares);

  // RFC 8446 section 7.1.
  Bytes transcript = *hello;
  Append(transcript, server_hello);
  const Bytes zeros(kHashSize, 0);
  const Bytes derived = Expand(Hmac(zeros, zeros), "derived", Hash({}), kHashSize);
  const Bytes secret =
      Expand(Hmac(derived, agreement.secret), "s hs traffic", Hash(transcript), kHashSize);

  Bytes messages;
  const auto say = [&](const Bytes& message) {
    Append(messages, message);
    Append(transcript, message);
  };
  say(Message(8, {0, 0}));  // EncryptedExtensions
  say(CertificateMessage(options_.certificates));
  say(CertificateVerify(options_.leaf.key(), transcript));
  say(Message(20, Hmac(Expand(secret, "finished", {}, kHashSize), Hash(transcript))));

  Bytes said;
  for (std::size_t at = 0; at < server_hello.size(); at += kMostInARecord) {
    const std::size_t size = std::min(kMostInARecord, server_hello.size() - at);
    Append(said, RecordHead(22, size));
    const auto from = server_hello.begin() + static_cast<std::ptrdiff_t>(at);
    said.insert(said.end(), from, from + static_cast<std::ptrdiff_t>(size));
  }
  Append(said, Sealed(secret, messages));
  if (!SendAll(socket.get(), said)) return;
  while (ReadRecord(socket.get())) {
  }
}

}  // namespace stapling::testing
