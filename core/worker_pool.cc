#include "core/worker_pool.h"

#include <pthread.h>

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

namespace stapling {

WorkerPool::~WorkerPool() {
  while (!StopWithin(std::chrono::hours(1))) {
  }
}

bool WorkerPool::Start() {
  const std::unique_lock lock(mutex_);
  idle_.reserve(options_.max_threads);  // a thread must be able to rest when memory is short
  while (threads_.size() < std::min(options_.warm_threads, options_.max_threads)) {
    if (!AddThread(nullptr)) break;
  }
  return !threads_.empty();
}

WorkerPool::Submission WorkerPool::Submit(Ticket ticket, Job job, Action if_withdrawn) {
  std::unique_lock lock(mutex_);
  if (stopping_) return Submission::kRefused;
  JoinFinished(lock);
  if (!idle_.empty()) {
    const std::shared_ptr<IdleThread> thread = std::move(idle_.back());
    idle_.pop_back();
    thread->job = std::move(job);
    thread->chosen = true;
    ++running_;
    lock.unlock();
    thread->wake.notify_one();
    return Submission::kStarted;
  }
  if (running_ + line_.size() < threads_.size()) {  // a thread is on its way to the line
    line_.push_back({ticket, std::move(job), nullptr});
    return Submission::kStarted;
  }
  if (threads_.size() < options_.max_threads && AddThread(job)) return Submission::kStarted;
  if (!if_withdrawn || threads_.empty()) return Submission::kRefused;
  const auto entry = waiting_.emplace(ticket, line_.end()).first;
  try {
    line_.push_back({ticket, std::move(job), std::move(if_withdrawn)});
  } catch (const std::bad_alloc&) {
    waiting_.erase(entry);
    throw;
  }
  entry->second = std::prev(line_.end());
  return Submission::kWaiting;
}

void WorkerPool::Withdraw(Ticket ticket) {
  std::list<WaitingJob> withdrawn;
  {
    const std::unique_lock lock(mutex_);
    const auto found = waiting_.find(ticket);
    if (found == waiting_.end()) return;
    withdrawn.splice(withdrawn.end(), line_, found->second);
    waiting_.erase(found);
  }
  withdrawn.front().if_withdrawn();
}

bool WorkerPool::StopWithin(std::chrono::milliseconds grace) {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  for (const auto& thread : std::exchange(idle_, {})) {
    thread->chosen = true;
    thread->wake.notify_one();
  }
  const bool ended = all_ended_.wait_for(lock, grace, [this] { return threads_.empty(); });
  JoinFinished(lock);
  return ended;
}

std::size_t WorkerPool::threads() const {
  const std::unique_lock lock(mutex_);
  return threads_.size();
}

std::size_t WorkerPool::waiting() const {
  const std::unique_lock lock(mutex_);
  return waiting_.size();
}

// With the lock held, which the new thread needs before it touches its own entry.
bool WorkerPool::AddThread(Job first_job) {
  const auto self = threads_.emplace(threads_.end());
  const std::size_t jobs = first_job ? 1 : 0;
  try {
    self->rest = std::make_shared<IdleThread>();
    self->thread = std::thread(&WorkerPool::Work, this, self, std::move(first_job));
  } catch (const std::system_error&) {  // EAGAIN: no thread left
    threads_.erase(self);
    return false;
  } catch (const std::bad_alloc&) {
    threads_.erase(self);
    return false;
  }
  running_ += jobs;
  return true;
}

void WorkerPool::Work(Workers::iterator self, Job job) {
  pthread_setname_np(pthread_self(), options_.name);
  const std::shared_ptr<IdleThread> rest = self->rest;
  std::unique_lock lock(mutex_);
  if (!job) job = NextJob(lock, rest);
  while (job) {
    lock.unlock();
    Action finish = job();
    job = nullptr;  // what it holds is released before the thread counts as free
    lock.lock();
    --running_;
    lock.unlock();
    finish();
    lock.lock();
    job = NextJob(lock, rest);
  }
  Retire(self);
}

// Empty: the thread shall end.
WorkerPool::Job WorkerPool::NextJob(std::unique_lock<std::mutex>& lock,
                                    const std::shared_ptr<IdleThread>& self) {
  if (!line_.empty()) {
    Job job = std::move(line_.front().job);
    waiting_.erase(line_.front().ticket);
    line_.pop_front();
    ++running_;
    return job;
  }
  if (stopping_) return nullptr;
  self->chosen = false;
  idle_.push_back(self);
  for (;;) {
    const bool chosen =
        self->wake.wait_for(lock, options_.idle_timeout, [&self] { return self->chosen; });
    if (chosen) return std::move(self->job);
    if (threads_.size() <= std::max(options_.warm_threads, options_.kept_threads)) continue;
    idle_.erase(std::find(idle_.begin(), idle_.end(), self));
    return nullptr;
  }
}

void WorkerPool::Retire(Workers::iterator self) {
  finished_.splice(finished_.end(), threads_, self);
  if (threads_.empty()) all_ended_.notify_all();
}

// A finished thread is joined by whoever comes next; the join waits for its last instructions only.
void WorkerPool::JoinFinished(std::unique_lock<std::mutex>& lock) {
  while (!finished_.empty()) {
    Workers finished = std::exchange(finished_, {});
    lock.unlock();
    for (Worker& worker : finished) worker.thread.join();
    lock.lock();
  }
}

}  // namespace stapling
