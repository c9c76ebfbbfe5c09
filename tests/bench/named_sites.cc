#include "tests/bench/named_sites.h"

#include <openssl/err.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <string_view>
#include <utility>

#include "tests/integration/site.h"
#include "tests/support/ocsp_response.h"

namespace stapling::bench {
namespace {

constexpr std::string_view kDomain = ".bench.test";
constexpr std::size_t kMaxConnections = 512;

std::string NameOf(std::size_t number) {
  return "t" + std::to_string(number) + std::string(kDomain);
}

}  // namespace

Result<std::unique_ptr<NamedSites>> NamedSites::Start(const testing::StandardPki& pki,
                                                      std::size_t count) {
  std::unique_ptr<NamedSites> sites(new NamedSites());
  sites->intermediate_ = pki.intermediate;
  const auto now = testing::RealNow();
  for (std::size_t i = 0; i < count; ++i) {
    NamedSite site;
    site.leaf = testing::IssueCertificate({.subject = NameOf(i),
                                           .issuer = &pki.intermediate,
                                           .now = now,
                                           .dns_names = {NameOf(i)},
                                           .responder_urls = {testing::kResponderUrl},
                                           .extended_key_usages = {"1.3.6.1.5.5.7.3.1"}});
    site.staple = BuildOcspResponse(GoodResponse(site.leaf, pki.intermediate, now));
    sites->sites_.push_back(std::move(site));
  }
  sites->context_.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* const context = sites->context_.get();
  testing::Require(context != nullptr, "making an SSL_CTX");
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_cert_cb(context, OnCertificate, sites.get());
  SSL_CTX_set_tlsext_status_cb(context, OnStatusRequest);
  SSL_CTX_set_tlsext_status_arg(context, sites.get());
  auto listener = testing::ListenTcp("127.0.0.1", 0, 4096);
  if (!listener) return Error{listener.error()};
  sites->pool_ = std::make_unique<testing::ConnectionPool>(
      std::move(listener).value(), kMaxConnections,
      [self = sites.get()](const testing::Socket& socket, std::size_t /*number*/) {
        self->Serve(socket);
      });
  return sites;
}

std::string NamedSites::Name(std::size_t number) const { return NameOf(number); }

std::string NamedSites::Address() const { return testing::HostPort("127.0.0.1", pool_->port()); }

std::string NamedSites::Target(std::size_t number) const {
  return Address() + "&hostname=" + Name(number);
}

std::vector<std::string> NamedSites::Targets(std::size_t count) const {
  std::vector<std::string> targets;
  for (std::size_t i = 0; i < count; ++i) targets.push_back(Target(i));
  return targets;
}

const NamedSites::NamedSite* NamedSites::Find(SSL* ssl) const {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return nullptr;
  const std::string_view text(name);
  std::size_t number = 0;
  const auto read = std::from_chars(text.data() + 1, text.data() + text.size(), number);
  return read.ec == std::errc{} && number < sites_.size() ? &sites_[number] : nullptr;
}

int NamedSites::OnCertificate(SSL* ssl, void* sites) {
  const auto& self = *static_cast<const NamedSites*>(sites);
  const NamedSite* site = self.Find(ssl);
  if (site == nullptr) return 0;
  return SSL_use_certificate(ssl, site->leaf.x509()) == 1 &&
                 SSL_use_PrivateKey(ssl, site->leaf.key()) == 1 &&
                 SSL_add1_chain_cert(ssl, self.intermediate_.x509()) == 1
             ? 1
             : 0;
}

int NamedSites::OnStatusRequest(SSL* ssl, void* sites) {
  const NamedSite* site = static_cast<const NamedSites*>(sites)->Find(ssl);
  if (site == nullptr) return SSL_TLSEXT_ERR_NOACK;
  void* copy = OPENSSL_memdup(site->staple.data(), site->staple.size());
  SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(site->staple.size()));
  return SSL_TLSEXT_ERR_OK;
}

void NamedSites::Serve(const testing::Socket& socket) const {
  const testing::Ssl ssl(SSL_new(context_.get()));
  testing::Require(ssl != nullptr, "making an SSL");
  SSL_set_fd(ssl.get(), socket.get());
  ERR_clear_error();
  if (SSL_accept(ssl.get()) != 1) return;
  std::array<char, 256> ignored{};
  while (SSL_read(ssl.get(), ignored.data(), static_cast<int>(ignored.size())) > 0) {
  }
  SSL_shutdown(ssl.get());
}

}  // namespace stapling::bench
