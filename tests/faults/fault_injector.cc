// A library to preload that makes chosen calls of a program fail, as fault_control.h says.
//
// It sees the calls that the program and its libraries make of each other, not those within the C
// library. Memory comes from glibc's own functions, so nothing here may allocate before main.
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/faults/fault_control.h"

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* pointer, std::size_t size);
}

namespace {

using stapling::testing::FaultControl;
using stapling::testing::FaultFrame;
using stapling::testing::FaultFunction;

FaultControl* g_control = nullptr;
thread_local bool t_inside = false;  // what the injector itself calls does not count

template <std::size_t Size>
void CopyText(std::array<char, Size>& to, const char* from) {
  std::strncpy(to.data(), from == nullptr ? "" : from, Size - 1);
  to.back() = '\0';
}

void NoteStack(FaultControl& control) {
  std::array<void*, 48> frames{};
  const int depth = backtrace(frames.data(), static_cast<int>(frames.size()));
  std::uint32_t noted = 0;
  for (int i = 2; i < depth; ++i) {  // without the injector's own
    Dl_info info{};
    FaultFrame& frame = control.stack[noted++];
    if (dladdr(frames[static_cast<std::size_t>(i)], &info) == 0) info = {};
    const char* slash = info.dli_fname == nullptr ? nullptr : std::strrchr(info.dli_fname, '/');
    CopyText(frame.module, slash == nullptr ? info.dli_fname : slash + 1);
    CopyText(frame.symbol, info.dli_sname);
    frame.offset =
        static_cast<std::uint64_t>(static_cast<char*>(frames[static_cast<std::size_t>(i)]) -
                                   static_cast<char*>(info.dli_fbase));
  }
  control.depth = noted;
}

// Code that must not be met with a lack of memory, since it does not survive one: libtasn1 writes
// through the null that it got; GMP and Nettle abort by design; GnuTLS 3.7 frees a name that was
// never made.
constexpr std::array<const char*, 4> kFragile = {"/libtasn1.", "/libgmp.", "/libhogweed.",
                                                 "/libnettle."};

struct Range {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
};
constexpr const char* kFragileFunction = "gnutls_x509_dn_init";
std::array<Range, kFragile.size() + 1> g_fragile{};

int NoteFragile(dl_phdr_info* info, std::size_t /*size*/, void* /*argument*/) {
  for (std::size_t i = 0; i < kFragile.size(); ++i) {
    if (std::strstr(info->dlpi_name, kFragile[i]) == nullptr) continue;
    for (int each = 0; each < info->dlpi_phnum; ++each) {
      const auto& header = info->dlpi_phdr[each];
      if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
      g_fragile[i].begin = info->dlpi_addr + header.p_vaddr;
      g_fragile[i].end = g_fragile[i].begin + header.p_memsz;
    }
  }
  return 0;
}

void NoteFragileFunction() {
  void* function = dlsym(RTLD_DEFAULT, kFragileFunction);
  Dl_info info{};
  ElfW(Sym)* symbol = nullptr;
  if (function == nullptr ||
      dladdr1(function, &info, reinterpret_cast<void**>(&symbol), RTLD_DL_SYMENT) == 0) {
    return;
  }
  const auto begin = reinterpret_cast<std::uintptr_t>(function);
  g_fragile.back() = {begin, begin + symbol->st_size + 1};  // it may end in the call
}

bool IsFragile(void* caller) {
  const auto address = reinterpret_cast<std::uintptr_t>(caller);
  return std::any_of(g_fragile.begin(), g_fragile.end(), [&](const Range& range) {
    return range.begin <= address && address < range.end;
  });
}

bool IsAllocation(FaultFunction function) {
  return function == FaultFunction::kMalloc || function == FaultFunction::kCalloc ||
         function == FaultFunction::kRealloc;
}

// GnuTLS hands its own malloc to GMP: then the caller is the one, and who cannot bear it the other.
bool IsForFragile() {
  std::array<void*, 8> frames{};
  const int depth = backtrace(frames.data(), static_cast<int>(frames.size()));
  return std::any_of(frames.begin(), frames.begin() + depth, IsFragile);
}

// Whether this call is to fail; errno is set then.
bool Fails(FaultFunction function) {
  FaultControl* control = g_control;
  if (control == nullptr || control->armed == 0 || t_inside) return false;
  const auto index = static_cast<std::uint32_t>(function);
  const std::uint64_t number = ++control->calls[index];
  if (control->function != index || control->first == 0 || number < control->first ||
      number >= control->first + control->span) {
    return false;
  }
  t_inside = true;
  const bool spared = IsAllocation(function) && IsForFragile();
  if (spared && control->injected == 0) control->first = number + 1;  // the next one instead
  if (!spared && ++control->injected == 1) NoteStack(*control);       // it takes its time
  t_inside = false;
  if (spared) return false;
  errno = control->error;
  return true;
}

void Map() {
  const char* path = std::getenv(stapling::testing::kFaultFileVariable);
  if (path == nullptr) return;
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void* memory = mmap(nullptr, sizeof(FaultControl), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (memory == MAP_FAILED) return;
  g_control = static_cast<FaultControl*>(memory);
  void* frame = nullptr;
  backtrace(&frame, 1);  // its first call allocates
  dl_iterate_phdr(NoteFragile, nullptr);
  NoteFragileFunction();
}

// The function that this library hides.
template <typename Function>
Function* Next(const char* name) {
  const bool before = t_inside;
  t_inside = true;
  void* found = dlsym(RTLD_NEXT, name);
  t_inside = before;
  if (found == nullptr) std::abort();
  return reinterpret_cast<Function*>(found);
}

using Main = int(int, char**, char**);
Main* g_main = nullptr;

int ArmAndRunMain(int argc, char** argv, char** environment) {
  if (g_control != nullptr && g_control->arm_at_main != 0) g_control->armed = 1;
  const int status = g_main(argc, argv, environment);
  if (g_control != nullptr && g_control->arm_at_main != 0) g_control->armed = 0;
  return status;
}

}  // namespace

#define STAPLING_NEXT(name) static auto* const next = Next<decltype(name)>(#name)

extern "C" {

int __libc_start_main(Main* main, int argc, char** argv, void (*init)(), void (*fini)(),
                      void (*rtld_fini)(), void* stack_end) {
  using Start = int(Main*, int, char**, void (*)(), void (*)(), void (*)(), void*);
  Map();
  g_main = main;
  return Next<Start>("__libc_start_main")(ArmAndRunMain, argc, argv, init, fini, rtld_fini,
                                          stack_end);
}

void* malloc(std::size_t size) {
  const bool fails = !IsFragile(__builtin_return_address(0)) && Fails(FaultFunction::kMalloc);
  return fails ? nullptr : __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  const bool fails = !IsFragile(__builtin_return_address(0)) && Fails(FaultFunction::kCalloc);
  return fails ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* pointer, std::size_t size) {
  const bool fails = !IsFragile(__builtin_return_address(0)) && Fails(FaultFunction::kRealloc);
  return fails ? nullptr : __libc_realloc(pointer, size);
}

int socket(int domain, int type, int protocol) noexcept {
  STAPLING_NEXT(socket);
  return Fails(FaultFunction::kSocket) ? -1 : next(domain, type, protocol);
}
int connect(int fd, const sockaddr* address, socklen_t length) {
  STAPLING_NEXT(connect);
  return Fails(FaultFunction::kConnect) ? -1 : next(fd, address, length);
}
int setsockopt(int fd, int level, int name, const void* value, socklen_t length) noexcept {
  STAPLING_NEXT(setsockopt);
  return Fails(FaultFunction::kSetsockopt) ? -1 : next(fd, level, name, value, length);
}
int getsockopt(int fd, int level, int name, void* value, socklen_t* length) noexcept {
  STAPLING_NEXT(getsockopt);
  return Fails(FaultFunction::kGetsockopt) ? -1 : next(fd, level, name, value, length);
}
int fcntl(int fd, int command, ...) {
  STAPLING_NEXT(fcntl);
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  return Fails(FaultFunction::kFcntl) ? -1 : next(fd, command, argument);
}
int accept4(int fd, sockaddr* address, socklen_t* length, int flags) {
  STAPLING_NEXT(accept4);
  return Fails(FaultFunction::kAccept4) ? -1 : next(fd, address, length, flags);
}
int poll(pollfd* entries, nfds_t count, int timeout) {
  STAPLING_NEXT(poll);
  return Fails(FaultFunction::kPoll) ? -1 : next(entries, count, timeout);
}
int epoll_ctl(int epoll, int operation, int fd, epoll_event* event) noexcept {
  STAPLING_NEXT(epoll_ctl);
  return Fails(FaultFunction::kEpollCtl) ? -1 : next(epoll, operation, fd, event);
}
int epoll_wait(int epoll, epoll_event* events, int count, int timeout) {
  STAPLING_NEXT(epoll_wait);
  return Fails(FaultFunction::kEpollWait) ? -1 : next(epoll, events, count, timeout);
}
int eventfd(unsigned count, int flags) noexcept {
  using Eventfd = int(unsigned, int);
  static auto* const next = Next<Eventfd>("eventfd");
  return Fails(FaultFunction::kEventfd) ? -1 : next(count, flags);
}
ssize_t read(int fd, void* buffer, std::size_t size) {
  STAPLING_NEXT(read);
  return Fails(FaultFunction::kRead) ? -1 : next(fd, buffer, size);
}
ssize_t write(int fd, const void* buffer, std::size_t size) {
  STAPLING_NEXT(write);
  return Fails(FaultFunction::kWrite) ? -1 : next(fd, buffer, size);
}
ssize_t recv(int fd, void* buffer, std::size_t size, int flags) {
  STAPLING_NEXT(recv);
  return Fails(FaultFunction::kRecv) ? -1 : next(fd, buffer, size, flags);
}
ssize_t recvfrom(int fd, void* buffer, std::size_t size, int flags, sockaddr* address,
                 socklen_t* length) {
  STAPLING_NEXT(recvfrom);
  return Fails(FaultFunction::kRecvfrom) ? -1 : next(fd, buffer, size, flags, address, length);
}
ssize_t send(int fd, const void* buffer, std::size_t size, int flags) {
  STAPLING_NEXT(send);
  return Fails(FaultFunction::kSend) ? -1 : next(fd, buffer, size, flags);
}
ssize_t sendto(int fd, const void* buffer, std::size_t size, int flags, const sockaddr* address,
               socklen_t length) {
  STAPLING_NEXT(sendto);
  return Fails(FaultFunction::kSendto) ? -1 : next(fd, buffer, size, flags, address, length);
}
ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  STAPLING_NEXT(sendmsg);
  return Fails(FaultFunction::kSendmsg) ? -1 : next(fd, message, flags);
}
int open(const char* path, int flags, ...) {
  STAPLING_NEXT(open);
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return Fails(FaultFunction::kOpen) ? -1 : next(path, flags, mode);
}
FILE* fopen(const char* path, const char* mode) {
  STAPLING_NEXT(fopen);
  return Fails(FaultFunction::kFopen) ? nullptr : next(path, mode);
}
FILE* fopen64(const char* path, const char* mode) {
  STAPLING_NEXT(fopen64);
  return Fails(FaultFunction::kFopen) ? nullptr : next(path, mode);
}
int stat(const char* path, struct stat* status) noexcept {
  static auto* const next = Next<int(const char*, struct stat*)>("stat");
  return Fails(FaultFunction::kStat) ? -1 : next(path, status);
}
int fstat(int fd, struct stat* status) noexcept {
  static auto* const next = Next<int(int, struct stat*)>("fstat");
  return Fails(FaultFunction::kFstat) ? -1 : next(fd, status);
}
ssize_t getrandom(void* buffer, std::size_t size, unsigned flags) {
  static auto* const next = Next<ssize_t(void*, std::size_t, unsigned)>("getrandom");
  return Fails(FaultFunction::kGetrandom) ? -1 : next(buffer, size, flags);
}
int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                   void* argument) noexcept {
  STAPLING_NEXT(pthread_create);
  if (Fails(FaultFunction::kPthreadCreate)) return errno;
  return next(thread, attributes, start, argument);
}

}  // extern "C"
