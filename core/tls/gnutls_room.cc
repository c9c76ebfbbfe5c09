#include "core/tls/gnutls_room.h"

#include <sys/mman.h>

#include <atomic>
#include <new>

namespace stapling {
namespace {

std::atomic<std::size_t> wanted_by_all = 0;

}  // namespace

GnutlsRoom::GnutlsRoom(std::size_t octets) : octets_(octets) {
  const std::size_t wanted = wanted_by_all.fetch_add(octets_) + octets_;
  void* room = mmap(nullptr, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) {
    wanted_by_all -= octets_;
    throw std::bad_alloc();
  }
  munmap(room, wanted);
}

GnutlsRoom::~GnutlsRoom() { wanted_by_all -= octets_; }

}  // namespace stapling
