// WorkerPool: threads made on demand up to a bound, for jobs that may block.
//
// A job starts at once on an idle thread or on a new one; only when every thread that the bound
// allows is busy does it wait in line (if it may) or get refused. The thread that became idle last
// works first, so that the rest end after `idle_timeout`. A thread that the system will not give
// counts as a bound reached, never as an error.
//
// Of threads that shake hands some should be kept: GnuTLS 3.7 holds 224 octets for every thread
// that ever drew random numbers, until the program ends. kKeptForHandshakes is meant for them.
//
// Jobs must not throw. Every member may be called from any thread, and from jobs, except
// StopWithin and the destructor: not from jobs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace stapling {

inline constexpr std::size_t kKeptForHandshakes = 64;

struct WorkerPoolOptions {
  const char* name = "worker";  // of the threads, up to 15 octets; never copied
  std::size_t max_threads = 1;
  std::size_t warm_threads = 0;  // started by Start; they never end
  std::size_t kept_threads = 0;  // so many, once they were needed, do not end either
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(45);
};

class WorkerPool {
 public:
  // Names a job while it waits; the caller keeps outstanding ones distinct.
  using Ticket = std::uint64_t;
  using Action = std::function<void()>;
  // What it returns is called once the job no longer counts as running, so that whoever learns of
  // its end finds the thread free. It must be quick.
  using Job = std::function<Action()>;

  enum class Submission {
    kStarted,
    kWaiting,  // in line; it starts when a thread is free, unless withdrawn before
    kRefused,  // every thread is busy and the job may not wait, or the pool has stopped
  };

  explicit WorkerPool(WorkerPoolOptions options) : options_(options) {}
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Before any Submit. Starts the warm threads. False: the system gave not one.
  [[nodiscard]] bool Start();

  // With `if_withdrawn` the job may wait.
  Submission Submit(Ticket ticket, Job job, Action if_withdrawn = nullptr);

  // Takes a waiting job out of the line and calls its `if_withdrawn`. Does nothing for a job that
  // has started or never waited.
  void Withdraw(Ticket ticket);

  // Refuses new jobs, lets waiting and running ones end, joins the threads. False: some still run
  // after `grace`; nothing was joined. The destructor waits for as long as it takes.
  bool StopWithin(std::chrono::milliseconds grace);

  [[nodiscard]] std::size_t threads() const;
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct WaitingJob {
    Ticket ticket;
    Job job;
    Action if_withdrawn;
  };
  // An idle thread: sleeps until it is handed a job, or woken without one to end. Shared with who
  // wakes it, which is done without the lock: the thread would only wait for it.
  struct IdleThread {
    std::condition_variable wake;
    Job job;
    bool chosen = false;
  };
  struct Worker {
    std::thread thread;
    std::shared_ptr<IdleThread> rest;  // made with the thread, which must be able to rest
  };
  using Workers = std::list<Worker>;

  void Work(Workers::iterator self, Job job);
  Job NextJob(std::unique_lock<std::mutex>& lock, const std::shared_ptr<IdleThread>& self);
  bool AddThread(Job first_job);
  void Retire(Workers::iterator self);
  void JoinFinished(std::unique_lock<std::mutex>& lock);

  const WorkerPoolOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable all_ended_;
  std::vector<std::shared_ptr<IdleThread>> idle_;  // the last became idle last
  std::list<WaitingJob> line_;  // some may count as started: a thread is on its way to them
  std::unordered_map<Ticket, std::list<WaitingJob>::iterator> waiting_;
  Workers threads_;
  std::size_t running_ = 0;  // threads that have a job, or were handed one
  Workers finished_;         // have left Work, or are about to; to be joined
  bool stopping_ = false;
};

}  // namespace stapling
