#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>

#include "tests/support/socket.h"

namespace stapling::testing {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience = std::chrono::seconds(2);
constexpr int kNotStarted = 127;

// The header of glibc 2.36 declares pidfd_open() without C linkage.
Socket OpenPidfd(pid_t pid) { return Socket(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))); }

struct Pipe {
  Socket read;
  Socket write;
};

Pipe MakePipe() {
  std::array<int, 2> ends{-1, -1};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  return {Socket(ends[0]), Socket(ends[1])};
}

// A descriptor from which `input` can be read, then end of file.
Socket MakeInput(const std::string& input) {
  if (input.empty()) return Socket(open("/dev/null", O_RDONLY | O_CLOEXEC));
  Socket file(memfd_create("input", MFD_CLOEXEC));
  const auto size = static_cast<ssize_t>(input.size());
  if (write(file.get(), input.data(), input.size()) != size) return {};
  lseek(file.get(), 0, SEEK_SET);
  return file;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> Environment(const std::vector<std::string>& more) {
  std::vector<std::string> all = more;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view ours(*variable);
    const std::string_view name = ours.substr(0, ours.find('=') + 1);
    const auto replaces = [&](const std::string& other) { return other.starts_with(name); };
    if (std::none_of(more.begin(), more.end(), replaces)) all.emplace_back(ours);
  }
  return all;
}

// All that the child needs, made before fork(): after it only async-signal-safe calls are allowed.
struct Launch {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  const char* directory;
  pid_t parent;
  int input, output, errors, failure;
};

[[noreturn]] void RunChild(const Launch& launch) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != launch.parent) _exit(kNotStarted);  // it was gone before prctl()
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(launch.input, STDIN_FILENO);
  dup2(launch.output, STDOUT_FILENO);
  dup2(launch.errors, STDERR_FILENO);
  if (launch.directory[0] == '\0' || chdir(launch.directory) == 0) {
    execvpe(launch.arguments[0], launch.arguments.data(), launch.environment.data());
  }
  const int error = errno;
  [[maybe_unused]] const ssize_t ignored = write(launch.failure, &error, sizeof error);
  _exit(kNotStarted);
}

}  // namespace

class Process::Impl {
 public:
  Impl(pid_t pid, Socket output, Socket errors)
      : pid_(pid),
        pidfd_(OpenPidfd(pid)),
        stop_(eventfd(0, EFD_CLOEXEC)),
        streams_{Stream{std::move(output), {}}, Stream{std::move(errors), {}}},
        reader_([this] { ReadAll(); }) {}

  ~Impl() {
    if (!Wait(milliseconds(0))) kill(-pid_, SIGTERM);
    if (!Wait(kPatience)) kill(-pid_, SIGKILL);
    Wait(kPatience);
    kill(-pid_, SIGKILL);  // what it left behind in its group
    eventfd_write(stop_.get(), 1);
    reader_.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

  [[nodiscard]] bool Exited(milliseconds timeout) const {
    pollfd exited{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
    return poll(&exited, 1, static_cast<int>(timeout.count())) == 1;
  }

  std::optional<int> Wait(milliseconds timeout) {
    if (exit_status_) return exit_status_;
    if (!Exited(timeout)) return std::nullopt;
    int status = 0;
    if (waitpid(pid_, &status, 0) != pid_) return std::nullopt;
    exit_status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    // Its last words may still be in the pipes. A grandchild may hold them open: do not wait long.
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [this] { return ended_; });
    return exit_status_;
  }

  bool WaitForOutput(const std::string& text, milliseconds timeout) {
    std::unique_lock lock(mutex_);
    const auto found = [&] {
      return streams_[0].text.find(text) != std::string::npos ||
             streams_[1].text.find(text) != std::string::npos;
    };
    changed_.wait_for(lock, timeout, [&] { return ended_ || found(); });
    return found();
  }

  [[nodiscard]] std::string Text(std::size_t stream) const {
    const std::lock_guard lock(mutex_);
    return streams_[stream].text;
  }

 private:
  struct Stream {
    Socket pipe;
    std::string text;
  };

  void ReadAll() {
    int open = 2;
    while (open > 0) {
      // poll() passes over descriptors of -1.
      std::array<pollfd, 3> events{{{streams_[0].pipe.get(), POLLIN, 0},
                                    {streams_[1].pipe.get(), POLLIN, 0},
                                    {stop_.get(), POLLIN, 0}}};
      poll(events.data(), events.size(), -1);
      if (events[2].revents != 0) break;
      for (std::size_t i = 0; i < streams_.size(); ++i) {
        if (events[i].revents != 0 && !ReadSome(streams_[i])) --open;
      }
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

  // False, and closed, at the end.
  bool ReadSome(Stream& stream) {
    std::array<char, 16384> chunk{};
    const ssize_t size = read(stream.pipe.get(), chunk.data(), chunk.size());
    if (size < 0 && errno == EINTR) return true;
    const std::lock_guard lock(mutex_);
    if (size <= 0) {
      stream.pipe.Close();
      return false;
    }
    stream.text.append(chunk.data(), static_cast<std::size_t>(size));
    changed_.notify_all();
    return true;
  }

  const pid_t pid_;
  const Socket pidfd_;
  const Socket stop_;
  std::optional<int> exit_status_;
  mutable std::mutex mutex_;  // guards the texts and ended_
  std::condition_variable changed_;
  std::array<Stream, 2> streams_;
  bool ended_ = false;
  std::thread reader_;  // last: it uses all of the above
};

Result<std::unique_ptr<Process>> Process::Start(ProcessOptions options) {
  if (options.arguments.empty()) return Error{"no program to run"};
  const std::string program = options.arguments[0];
  const Socket input = MakeInput(options.input);
  Pipe output = MakePipe();
  Pipe errors = MakePipe();
  Pipe failure = MakePipe();
  if (!input.valid() || !output.read.valid() || !errors.read.valid() || !failure.read.valid()) {
    return Error{"cannot make pipes for " + program + ": " + std::strerror(errno)};
  }
  std::vector<std::string> environment = Environment(options.environment);
  const Launch launch{.arguments = Pointers(options.arguments),
                      .environment = Pointers(environment),
                      .directory = options.directory.c_str(),
                      .parent = getpid(),
                      .input = input.get(),
                      .output = output.write.get(),
                      .errors = errors.write.get(),
                      .failure = failure.write.get()};
  const pid_t pid = fork();
  if (pid < 0) return Error{"cannot fork: " + std::string(std::strerror(errno))};
  if (pid == 0) RunChild(launch);
  setpgid(pid, pid);  // whichever of the two comes first

  // exec() closes the child's end; an errno comes through it instead if that fails.
  failure.write.Close();
  int error = 0;
  if (read(failure.read.get(), &error, sizeof error) == static_cast<ssize_t>(sizeof error)) {
    waitpid(pid, nullptr, 0);
    return Error{"cannot run " + program + ": " + std::strerror(error)};
  }
  auto impl = std::make_unique<Impl>(pid, std::move(output.read), std::move(errors.read));
  return std::unique_ptr<Process>(new Process(std::move(impl)));
}

Process::Process(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Process::~Process() = default;

pid_t Process::pid() const { return impl_->pid(); }

bool Process::Running() const { return !impl_->Exited(milliseconds(0)); }

void Process::Signal(int signal) const {
  if (Running()) kill(impl_->pid(), signal);
}

std::optional<int> Process::Wait(milliseconds timeout) { return impl_->Wait(timeout); }

bool Process::WaitForOutput(const std::string& text, milliseconds timeout) {
  return impl_->WaitForOutput(text, timeout);
}

std::string Process::Output() const { return impl_->Text(0); }

std::string Process::Errors() const { return impl_->Text(1); }

Result<ProcessResult> RunProcess(ProcessOptions options, milliseconds timeout) {
  const std::string program = options.arguments.empty() ? "" : options.arguments[0];
  Result<std::unique_ptr<Process>> started = Process::Start(std::move(options));
  if (!started) return Error{started.error()};
  Process& process = **started;
  const std::optional<int> status = process.Wait(timeout);
  if (!status) return Error{program + " did not end in time: " + process.Errors()};
  return ProcessResult{
      .exit_status = *status, .output = process.Output(), .errors = process.Errors()};
}

}  // namespace stapling::testing
