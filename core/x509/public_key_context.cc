#include "core/x509/public_key_context.h"

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "core/x509/openssl_ptr.h"

namespace stapling {
namespace {

using ContextPtr = std::unique_ptr<OSSL_LIB_CTX, OpensslDeleter<OSSL_LIB_CTX_free>>;
using ProviderPtr = std::unique_ptr<OSSL_PROVIDER, OpensslDeleter<OSSL_PROVIDER_unload>>;

constexpr const char* kName = "public keys";

// What the provider's functions, which OpenSSL calls without a word of whose they are, work with.
struct Original {
  ProviderPtr provider;
  // What is left of an operation's algorithms, where not all of them are; ends with one of nulls.
  std::map<int, std::vector<OSSL_ALGORITHM>> chosen;
};
Original* g_original = nullptr;  // set once, before the first call

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

int Initialise(const OSSL_CORE_HANDLE* /*handle*/, const OSSL_DISPATCH* /*core*/,
               const OSSL_DISPATCH** functions, void** context) {
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

// The context is taken down first, then what its provider is made of.
class Contexts {
 public:
  Contexts() {
    if (OSSL_PROVIDER_available(nullptr, "fips") == 1) return;
    original_.provider.reset(OSSL_PROVIDER_load(nullptr, "default"));
    if (!original_.provider) return;
    if (!Choose(original_, OSSL_OP_DECODER, DecodesPublicKeys) ||
        !Choose(original_, OSSL_OP_KEYMGMT, IsKey) ||
        !Choose(original_, OSSL_OP_CIPHER, IsForTls)) {
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
