#include "tests/support/http_peer.h"

#include <httplib.h>

#include <algorithm>
#include <cctype>
#include <mutex>
#include <thread>

#include "tests/support/socket.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

std::string LowerCase(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char character) {
    return static_cast<char>(std::tolower(character));
  });
  return text;
}

HttpPeerRequest Recorded(const httplib::Request& request) {
  HttpPeerRequest recorded{.method = request.method, .target = request.target, .headers = {}};
  recorded.body = request.body;
  for (const auto& [name, value] : request.headers) {
    recorded.headers.emplace(LowerCase(name), value);
  }
  return recorded;
}

bool UseChain(SSL_CTX& context, const std::vector<Certificate>& chain) {
  bool used = SSL_CTX_use_certificate(&context, chain.front().x509()) == 1 &&
              SSL_CTX_use_PrivateKey(&context, chain.front().key()) == 1;
  for (std::size_t i = 1; i < chain.size(); ++i) {
    used = used && SSL_CTX_add1_chain_cert(&context, chain[i].x509()) == 1;
  }
  return used;
}

std::unique_ptr<httplib::Server> MakeServer(const std::vector<Certificate>& chain) {
  if (chain.empty()) return std::make_unique<httplib::Server>();
  return std::make_unique<httplib::SSLServer>(
      [&](SSL_CTX& context) { return UseChain(context, chain); });
}

}  // namespace

std::string HttpPeerRequest::Header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

class HttpPeer::Impl {
 public:
  explicit Impl(HttpPeerOptions options)
      : options_(std::move(options)), server_(MakeServer(options_.chain)) {
    const auto handle = [this](const httplib::Request& request, httplib::Response& response) {
      Handle(request, response);
    };
    server_->Get(".*", handle);
    server_->Post(".*", handle);
    server_->set_keep_alive_max_count(1);
    server_->set_tcp_nodelay(true);
  }
  ~Impl() {
    server_->stop();
    if (thread_.joinable()) thread_.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  bool Listen() {
    if (!server_->is_valid()) return false;
    const int port = server_->bind_to_any_port("127.0.0.1");
    if (port <= 0) return false;
    port_ = static_cast<std::uint16_t>(port);
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    return WaitUntil([this] { return server_->is_running(); });  // before that it cannot be stopped
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] bool tls() const { return !options_.chain.empty(); }
  [[nodiscard]] std::vector<HttpPeerRequest> Requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  void Handle(const httplib::Request& request, httplib::Response& response) {
    const HttpPeerRequest recorded = Recorded(request);
    {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(recorded);
    }
    const HttpPeerAnswer answer = options_.answer(recorded);
    response.status = answer.status;
    for (const auto& [name, value] : answer.headers) response.headers.emplace(name, value);
    if (!answer.chunked) return response.set_content(answer.body, answer.content_type);
    response.set_chunked_content_provider(
        answer.content_type, [body = answer.body](std::size_t at, httplib::DataSink& sink) {
          constexpr std::size_t kChunk = 1000;
          const std::string_view rest = std::string_view(body).substr(at, kChunk);
          if (rest.empty()) {
            sink.done();
            return true;
          }
          return sink.write(rest.data(), rest.size());
        });
  }

  const HttpPeerOptions options_;
  const std::unique_ptr<httplib::Server> server_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<HttpPeerRequest> requests_;
  std::thread thread_;
};

Result<std::unique_ptr<HttpPeer>> HttpPeer::Start(HttpPeerOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  if (!impl->Listen()) return Error{"the HTTP server does not start"};
  return std::unique_ptr<HttpPeer>(new HttpPeer(std::move(impl)));
}

HttpPeer::HttpPeer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpPeer::~HttpPeer() = default;

std::uint16_t HttpPeer::port() const { return impl_->port(); }

std::string HttpPeer::Url(const std::string& path) const {
  return (impl_->tls() ? "https://" : "http://") + HostPort("127.0.0.1", port()) + path;
}

std::vector<HttpPeerRequest> HttpPeer::Requests() const { return impl_->Requests(); }

}  // namespace stapling::testing
