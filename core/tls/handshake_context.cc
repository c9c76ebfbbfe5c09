#include "core/tls/handshake_context.h"

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#include <memory>
#include <string_view>
#include <vector>

#include "core/x509/openssl_ptr.h"

namespace stapling {
namespace {

using ContextPtr = std::unique_ptr<OSSL_LIB_CTX, OpensslDeleter<OSSL_LIB_CTX_free>>;
using ProviderPtr = std::unique_ptr<OSSL_PROVIDER, OpensslDeleter<OSSL_PROVIDER_unload>>;

constexpr const char* kName = "handshake";

// What the provider's functions, which OpenSSL calls without a word of whose they are, work with.
struct Original {
  ProviderPtr provider;
  std::vector<OSSL_ALGORITHM> decoders;  // ends with one of nulls
};
Original* g_original = nullptr;  // set once, before the first call

const OSSL_ALGORITHM* Query(void* /*context*/, int operation, int* no_cache) {
  if (operation != OSSL_OP_DECODER) {
    return OSSL_PROVIDER_query_operation(g_original->provider.get(), operation, no_cache);
  }
  *no_cache = 0;
  return g_original->decoders.data();
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

std::vector<OSSL_ALGORITHM> DecodersOfPublicKeys(const OSSL_PROVIDER* provider) {
  std::vector<OSSL_ALGORITHM> decoders;
  int no_cache = 0;
  const OSSL_ALGORITHM* each = OSSL_PROVIDER_query_operation(provider, OSSL_OP_DECODER, &no_cache);
  for (; each != nullptr && each->algorithm_names != nullptr; ++each) {
    const std::string_view properties(each->property_definition);
    if (properties.find("structure=SubjectPublicKeyInfo") != std::string_view::npos) {
      decoders.push_back(*each);
    }
  }
  if (!decoders.empty()) decoders.push_back({});
  return decoders;
}

// The context is taken down first, then what its provider is made of.
class Contexts {
 public:
  Contexts() {
    if (OSSL_PROVIDER_available(nullptr, "fips") == 1) return;
    original_.provider.reset(OSSL_PROVIDER_load(nullptr, "default"));
    if (!original_.provider) return;
    original_.decoders = DecodersOfPublicKeys(original_.provider.get());
    if (original_.decoders.empty()) return;
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

OSSL_LIB_CTX* HandshakeContext() {
  static const Contexts contexts;
  return contexts.get();
}

}  // namespace stapling
