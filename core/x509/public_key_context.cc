#include "core/x509/public_key_context.h"

#include <openssl/bio.h>
#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "core/x509/der_reader.h"
#include "core/x509/openssl_ptr.h"

namespace stapling {
namespace {

using ContextPtr = std::unique_ptr<OSSL_LIB_CTX, OpensslDeleter<OSSL_LIB_CTX_free>>;
using ProviderPtr = std::unique_ptr<OSSL_PROVIDER, OpensslDeleter<OSSL_PROVIDER_unload>>;
using Decode = OSSL_FUNC_decoder_decode_fn;

constexpr const char* kName = "public keys";

// What the provider's functions, which OpenSSL calls without a word of whose they are, work with.
struct Original {
  ProviderPtr provider;
  // What is left of an operation's algorithms, where not all of them are; ends with one of nulls.
  std::map<int, std::vector<OSSL_ALGORITHM>> chosen;
  // The functions of decoders that are guarded, and what the guards call.
  std::vector<std::vector<OSSL_DISPATCH>> guarded;
  Decode* decode_key = nullptr;
  Decode* decode_type = nullptr;
  OSSL_FUNC_BIO_read_ex_fn* read = nullptr;
  OSSL_FUNC_BIO_ctrl_fn* control = nullptr;
};
Original* g_original = nullptr;  // set once, before the first call

// Octets of DER or BER, front to back.
class Octets {
 public:
  explicit Octets(BytesView octets) : rest_(octets) {}

  std::optional<std::uint8_t> Take() {
    if (rest_.empty()) return std::nullopt;
    const std::uint8_t octet = rest_.front();
    rest_ = rest_.subspan(1);
    return octet;
  }
  std::optional<BytesView> Take(std::size_t count) {
    if (count > rest_.size()) return std::nullopt;
    const BytesView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  // The identifier of the next element, if it is this, and its length; no indefinite one.
  std::optional<std::size_t> TakeHeader(std::uint8_t tag) {
    if (Take() != tag) return std::nullopt;
    const auto first = Take();
    if (!first || *first == 0x80) return std::nullopt;
    std::size_t length = *first;
    if (*first < 0x80) return length;
    length = 0;
    for (unsigned left = *first & 0x7FU; left > 0; --left) {
      const auto octet = Take();
      if (!octet) return std::nullopt;
      length = length << 8U | *octet;
    }
    return length;
  }

 private:
  BytesView rest_;
};

// id-ecPublicKey, and SM2's.
constexpr std::array<std::uint8_t, 7> kEcPublicKey = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};
constexpr std::array<std::uint8_t, 8> kSm2 = {0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D};

// SubjectPublicKeyInfo ::= { { algorithm, parameters }, key }: is it a key on a curve of its own,
// or not to be told from one by its first octets?
bool MayHaveOwnCurve(BytesView start) {
  Octets octets(start);
  if (!octets.TakeHeader(tag::kSequence) || !octets.TakeHeader(tag::kSequence)) return true;
  const auto length = octets.TakeHeader(tag::kOid);
  const auto algorithm = length ? octets.Take(*length) : std::nullopt;
  if (!algorithm) return true;
  const bool on_curve =
      std::ranges::equal(*algorithm, kEcPublicKey) || std::ranges::equal(*algorithm, kSm2);
  return on_curve && octets.Take() != tag::kOid;
}

// A key on a curve of its own (RFC 5480 section 2.1.1 allows none) is not decoded, which is no
// error: other decoders may try.
template <Decode* Original::*kDecode>
int DecodeOnNamedCurve(void* context, OSSL_CORE_BIO* input, int selection, OSSL_CALLBACK* take,
                       void* argument, OSSL_PASSPHRASE_CALLBACK* passphrase,
                       void* passphrase_argument) {
  std::array<std::uint8_t, 64> start{};
  std::size_t length = 0;
  const long position = g_original->control(input, BIO_C_FILE_TELL, 0, nullptr);
  if (g_original->read(input, start.data(), start.size(), &length) != 1) return 1;
  if (MayHaveOwnCurve(BytesView(start).first(length))) return 1;
  if (g_original->control(input, BIO_C_FILE_SEEK, position, nullptr) < 0) return 0;
  return (g_original->*kDecode)(context, input, selection, take, argument, passphrase,
                                passphrase_argument);
}

const OSSL_ALGORITHM* Query(void* /*context*/, int operation, int* no_cache) {
  const auto chosen = g_original->chosen.find(operation);
  if (chosen == g_original->chosen.end()) {
    return OSSL_PROVIDER_query_operation(g_original->provider.get(), operation, no_cache);
  }
  *no_cache = 0;
  return chosen->second.data();
}

int Capabilities(void* /*context*/, const char* capability, OSSL_CALLBACK* callback,
                 void* argument) {
  return OSSL_PROVIDER_get_capabilities(g_original->provider.get(), capability, callback, argument);
}

int Initialise(const OSSL_CORE_HANDLE* /*handle*/, const OSSL_DISPATCH* core,
               const OSSL_DISPATCH** functions, void** context) {
  for (; core->function_id != 0; ++core) {
    if (core->function_id == OSSL_FUNC_BIO_READ_EX) g_original->read = OSSL_FUNC_BIO_read_ex(core);
    if (core->function_id == OSSL_FUNC_BIO_CTRL) g_original->control = OSSL_FUNC_BIO_ctrl(core);
  }
  if (g_original->read == nullptr || g_original->control == nullptr) return 0;
  static const OSSL_DISPATCH kFunctions[] = {
      {OSSL_FUNC_PROVIDER_QUERY_OPERATION, reinterpret_cast<void (*)()>(Query)},
      {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, reinterpret_cast<void (*)()>(Capabilities)},
      {0, nullptr}};
  *functions = kFunctions;
  *context = OSSL_PROVIDER_get0_provider_ctx(g_original->provider.get());
  return 1;
}

std::string_view NameOf(const OSSL_ALGORITHM& algorithm) {
  const std::string_view names(algorithm.algorithm_names);
  return names.substr(0, names.find(':'));
}

bool DecodesPublicKeys(const OSSL_ALGORITHM& decoder) {
  const std::string_view properties(decoder.property_definition);
  return properties.find("structure=SubjectPublicKeyInfo") != std::string_view::npos;
}

// All but what the provider calls a key so that older interfaces find it: ways to derive secrets,
// and codes that authenticate. HMAC is one; libssl works with it.
bool IsKey(const OSSL_ALGORITHM& type) {
  constexpr std::array<std::string_view, 6> kOthers = {"TLS1-PRF", "HKDF",     "SCRYPT",
                                                       "SIPHASH",  "POLY1305", "CMAC"};
  return std::ranges::find(kOthers, NameOf(type)) == kOthers.end();
}

// In a mode that some cipher suite has.
bool IsForTls(const OSSL_ALGORITHM& cipher) {
  const std::string_view name = NameOf(cipher);
  const auto has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
  return has("-CBC") || has("-GCM") || has("-CCM") || name == "ChaCha20-Poly1305" || name == "NULL";
}

// False if nothing is left, which no provider of ours should come to.
bool Choose(Original& original, int operation, bool (*wanted)(const OSSL_ALGORITHM&)) {
  int no_cache = 0;
  std::vector<OSSL_ALGORITHM>& chosen = original.chosen[operation];
  const OSSL_ALGORITHM* each =
      OSSL_PROVIDER_query_operation(original.provider.get(), operation, &no_cache);
  for (; each != nullptr && each->algorithm_names != nullptr; ++each) {
    if (wanted(*each)) chosen.push_back(*each);
  }
  if (chosen.empty()) return false;
  chosen.push_back({});
  return true;
}

// Has the decoder look first. False if it has another function than those before it.
template <Decode* Original::*kDecode>
bool Guard(OSSL_ALGORITHM& decoder, Original& original) {
  std::vector<OSSL_DISPATCH>& functions = original.guarded.emplace_back();
  for (const OSSL_DISPATCH* each = decoder.implementation; each->function_id != 0; ++each) {
    functions.push_back(*each);
    if (each->function_id != OSSL_FUNC_DECODER_DECODE) continue;
    Decode* const decode = OSSL_FUNC_decoder_decode(each);
    Decode* const before = std::exchange(original.*kDecode, decode);
    if (before != nullptr && before != decode) return false;
    functions.back().function = reinterpret_cast<void (*)()>(DecodeOnNamedCurve<kDecode>);
  }
  functions.push_back({});
  decoder.implementation = functions.data();
  return true;
}

// Of the decoders that were chosen those that look at a curve: for a key on one, and to tell whose
// a key is.
bool GuardCurves(Original& original) {
  for (OSSL_ALGORITHM& decoder : original.chosen[OSSL_OP_DECODER]) {
    if (decoder.algorithm_names == nullptr) break;
    const std::string_view name = NameOf(decoder);
    if ((name == "EC" || name == "SM2") && !Guard<&Original::decode_key>(decoder, original)) {
      return false;
    }
    if (name == "DER" && !Guard<&Original::decode_type>(decoder, original)) return false;
  }
  return original.decode_key != nullptr && original.decode_type != nullptr;
}

// The context is taken down first, then what its provider is made of.
class Contexts {
 public:
  Contexts() {
    if (OSSL_PROVIDER_available(nullptr, "fips") == 1) return;
    original_.provider.reset(OSSL_PROVIDER_load(nullptr, "default"));
    if (!original_.provider) return;
    if (!Choose(original_, OSSL_OP_DECODER, DecodesPublicKeys) ||
        !Choose(original_, OSSL_OP_KEYMGMT, IsKey) ||
        !Choose(original_, OSSL_OP_CIPHER, IsForTls) || !GuardCurves(original_)) {
      return;
    }
    g_original = &original_;
    ContextPtr context(OSSL_LIB_CTX_new());
    if (!context || OSSL_PROVIDER_add_builtin(context.get(), kName, Initialise) != 1) return;
    provider_.reset(OSSL_PROVIDER_load(context.get(), kName));
    if (provider_) context_ = std::move(context);
  }

  [[nodiscard]] OSSL_LIB_CTX* get() const { return context_.get(); }

 private:
  Original original_;
  ContextPtr context_;
  ProviderPtr provider_;
};

}  // namespace

OSSL_LIB_CTX* PublicKeyContext() {
  static const Contexts contexts;
  return contexts.get();
}

}  // namespace stapling
