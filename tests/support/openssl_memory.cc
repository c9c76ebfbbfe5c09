#include "tests/support/openssl_memory.h"

#include <openssl/crypto.h>

#include <cstddef>
#include <cstdlib>
#include <optional>

#include "tests/support/openssl_handle.h"

namespace stapling::testing {
namespace {

// How many allocations of this thread are let pass before one fails; absent: all.
thread_local std::optional<unsigned> let_pass;

bool Fails() {
  if (!let_pass) return false;
  if (*let_pass == 0) {
    let_pass.reset();
    return true;
  }
  --*let_pass;
  return false;
}

// Of size 0 OpenSSL's own allocator gives nothing, and frees.
void* Allocate(std::size_t size, const char* /*file*/, int /*line*/) {
  return size == 0 || Fails() ? nullptr : std::malloc(size);
}

void Free(void* memory, const char* /*file*/, int /*line*/) { std::free(memory); }

void* Reallocate(void* memory, std::size_t size, const char* /*file*/, int /*line*/) {
  if (size == 0) {
    std::free(memory);
    return nullptr;
  }
  return Fails() ? nullptr : std::realloc(memory, size);
}

bool allocates_here = false;

// Before libssl, whose own initialisation allocates; and before a sanitizer is ready.
__attribute__((no_sanitize("address", "undefined", "thread"))) void AllocateHere(int, char**,
                                                                                 char**) {
  allocates_here = CRYPTO_set_mem_functions(Allocate, Reallocate, Free) == 1;
}
__attribute__((section(".preinit_array"), used)) void (*before_libraries)(int, char**,
                                                                          char**) = AllocateHere;

}  // namespace

FailingAllocation::FailingAllocation(unsigned number) {
  Require(allocates_here, "giving OpenSSL an allocator");
  let_pass = number;
}

FailingAllocation::~FailingAllocation() { let_pass.reset(); }

bool FailingAllocation::failed() const { return !let_pass; }

}  // namespace stapling::testing
