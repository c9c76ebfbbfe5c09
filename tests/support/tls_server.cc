#include "tests/support/tls_server.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "tests/support/connection_pool.h"
#include "tests/support/tls_session.h"

namespace stapling::testing {
namespace {

// What the server shows; replaced as a whole.
struct Presentation {
  std::vector<Certificate> chain;
  Staples staples;
  std::shared_ptr<SSL_CTX> context;  // null when only GnuTLS can serve this chain
};

bool Parses(const std::vector<Certificate>& chain) {
  return std::all_of(chain.begin(), chain.end(),
                     [](const Certificate& c) { return c.x509() != nullptr; });
}

// Null when no library could serve it.
std::shared_ptr<const Presentation> Present(std::vector<Certificate> chain, Staples staples,
                                            const TlsServerOptions& options) {
  if (chain.empty() || chain[0].key() == nullptr) return nullptr;
  std::shared_ptr<SSL_CTX> context;
  // GnuTLS does not ask whether the leaf's certificate fits its key.
  if (options.library != TlsLibrary::kGnuTls && Parses(chain)) {
    context = MakeServerContext(chain, options);
    if (context == nullptr) return nullptr;
  }
  return std::make_shared<const Presentation>(
      Presentation{std::move(chain), std::move(staples), std::move(context)});
}

bool NeedsGnuTls(const Presentation& shown, const Staples& staples,
                 const TlsServerOptions& options) {
  if (shown.context == nullptr) return true;
  if (options.library != TlsLibrary::kAutomatic) return options.library == TlsLibrary::kGnuTls;
  const bool deeper = std::any_of(staples.begin() + (staples.empty() ? 0 : 1), staples.end(),
                                  [](const auto& staple) { return staple.has_value(); });
  return deeper && options.max_version == TlsVersion::k13;
}

}  // namespace

class TlsServer::Impl {
 public:
  Impl(TlsServerOptions options, std::shared_ptr<const Presentation> shown, Socket listener)
      : options_(std::move(options)),
        shown_(std::move(shown)),
        pool_(std::move(listener), options_.max_connections,
              [this](const Socket& socket, std::size_t number) { Serve(socket, number); }) {}

  [[nodiscard]] const TlsServerOptions& options() const { return options_; }
  [[nodiscard]] const ConnectionPool& pool() const { return pool_; }

  void Show(std::shared_ptr<const Presentation> shown) {
    const std::lock_guard lock(mutex_);
    shown_ = std::move(shown);
  }

  void ShowStaples(Staples staples) {
    const std::lock_guard lock(mutex_);
    shown_ = std::make_shared<const Presentation>(
        Presentation{shown_->chain, std::move(staples), shown_->context});
  }

  [[nodiscard]] std::vector<TlsConnection> Records() const {
    const std::lock_guard lock(mutex_);
    return records_;
  }

  [[nodiscard]] bool WaitForFinished(std::size_t count, std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] {
      return count <= static_cast<std::size_t>(std::count_if(
                          records_.begin(), records_.end(),
                          [](const auto& record) { return record.ending != Ending::kOpen; }));
    });
  }

 private:
  void Serve(const Socket& socket, std::size_t number) {
    const std::shared_ptr<const Presentation> shown = Begin(number);
    const Staples staples = options_.staples_of ? options_.staples_of(number) : shown->staples;
    const Report report = [&](const TlsConnection& record) { Note(number, record); };
    if (NeedsGnuTls(*shown, staples, options_)) {
      ServeWithGnuTls(socket.get(), shown->chain, staples, options_, report);
    } else {
      ServeWithOpenSsl(socket.get(), *shown->context, staples, options_, report);
    }
  }

  std::shared_ptr<const Presentation> Begin(std::size_t number) {
    const std::lock_guard lock(mutex_);
    if (options_.record && records_.size() <= number) records_.resize(number + 1);
    return shown_;
  }

  void Note(std::size_t number, const TlsConnection& record) {
    if (!options_.record) return;
    {
      const std::lock_guard lock(mutex_);
      records_[number] = record;
      // A socket that we shut down ourselves looks like one that the client closed.
      if (record.ending != Ending::kOpen && pool_.stopping()) {
        records_[number].ending = Ending::kStopped;
      }
    }
    changed_.notify_all();
  }

  const TlsServerOptions options_;
  mutable std::mutex mutex_;  // guards shown_ and records_
  mutable std::condition_variable changed_;
  std::shared_ptr<const Presentation> shown_;
  std::vector<TlsConnection> records_;
  ConnectionPool pool_;  // last: its threads use all of the above
};

Result<std::unique_ptr<TlsServer>> TlsServer::Start(TlsServerOptions options) {
  auto shown = Present(options.chain, options.staples, options);
  if (shown == nullptr) return Error{"the server's certificate does not fit its private key"};
  Result<Socket> listener = ListenTcp(options.address, options.port);
  if (!listener) return Error{listener.error()};
  auto impl =
      std::make_unique<Impl>(std::move(options), std::move(shown), std::move(listener).value());
  return std::unique_ptr<TlsServer>(new TlsServer(std::move(impl)));
}

TlsServer::TlsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

TlsServer::~TlsServer() = default;

std::uint16_t TlsServer::port() const { return impl_->pool().port(); }

std::string TlsServer::Target() const { return HostPort(impl_->options().address, port()); }

void TlsServer::SetStaples(Staples staples) { impl_->ShowStaples(std::move(staples)); }

bool TlsServer::SetChain(std::vector<Certificate> chain, Staples staples) {
  auto shown = Present(std::move(chain), std::move(staples), impl_->options());
  if (shown == nullptr) return false;
  impl_->Show(std::move(shown));
  return true;
}

std::vector<TlsConnection> TlsServer::Connections() const { return impl_->Records(); }

std::size_t TlsServer::Accepted() const { return impl_->pool().accepted(); }

std::size_t TlsServer::HandshakesCompleted() const {
  const std::vector<TlsConnection> records = impl_->Records();
  return static_cast<std::size_t>(
      std::count_if(records.begin(), records.end(),
                    [](const TlsConnection& record) { return record.handshake_completed; }));
}

bool TlsServer::WaitForFinished(std::size_t count, std::chrono::milliseconds timeout) const {
  return impl_->WaitForFinished(count, timeout);
}

}  // namespace stapling::testing
