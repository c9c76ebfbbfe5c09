#include "deploy/demo/revocation_service.h"

#include <chrono>
#include <utility>

#include "tests/support/crl.h"

namespace stapling::demo {
namespace {

using std::chrono::floor;
using std::chrono::hours;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using std::chrono::system_clock;
using testing::Bytes;
using testing::CertStatus;
using testing::CrlSpec;
using testing::HttpPeerAnswer;
using testing::HttpPeerRequest;
using testing::OcspResponseSpec;

constexpr const char* kCrlPath = "/intermediate.crl";
constexpr hours kLifetime(12);
constexpr hours kRevokedSince(6);

template <typename Entries>
Bytes MakeOcspResponse(const Entries& entries, sys_seconds now) {
  OcspResponseSpec spec = testing::GoodResponse(entries[0].certificate, entries[0].issuer, now);
  spec.produced_at = now;
  spec.responses.clear();
  for (const auto& entry : entries) {
    spec.responses.push_back({.certificate = &entry.certificate,
                              .issuer = &entry.issuer,
                              .status = entry.status,
                              .this_update = now,
                              .next_update = now + kLifetime,
                              .revoked_at = now - kRevokedSince});
  }
  return testing::BuildOcspResponse(spec);
}

template <typename Entries>
Bytes MakeCrl(const Entries& entries, sys_seconds now) {
  CrlSpec spec = testing::GoodCrl(entries[0].issuer, now);
  spec.this_update = now;
  spec.next_update = now + kLifetime;
  for (const auto& entry : entries) {
    if (entry.status != CertStatus::kRevoked) continue;
    spec.entries.push_back(
        {.serial = entry.certificate.SerialContent(), .revoked_at = now - kRevokedSince});
  }
  return testing::BuildCrl(spec);
}

}  // namespace

Result<std::unique_ptr<RevocationService>> RevocationService::Start() {
  std::unique_ptr<RevocationService> service(new RevocationService());
  auto started =
      testing::HttpPeer::Start({.answer = [&self = *service](const HttpPeerRequest& request) {
        return self.Answer(request);
      }});
  if (!started) return Error{started.error()};
  service->server_ = std::move(started).value();
  return service;
}

std::string RevocationService::ResponderUrl() const { return server_->Url("/ocsp"); }

std::string RevocationService::CrlUrl() const { return server_->Url(kCrlPath); }

void RevocationService::Add(const testing::Certificate& certificate,
                            const testing::Certificate& issuer, CertStatus status) {
  const std::scoped_lock lock(mutex_);
  entries_.push_back({.certificate = certificate, .issuer = issuer, .status = status});
}

HttpPeerAnswer RevocationService::Answer(const HttpPeerRequest& request) const {
  const std::scoped_lock lock(mutex_);
  if (entries_.empty()) return {.status = 503};
  const bool crl = request.target == kCrlPath;
  const sys_seconds now = floor<seconds>(system_clock::now());
  const Bytes answer = crl ? MakeCrl(entries_, now) : MakeOcspResponse(entries_, now);
  return {.body = std::string(answer.begin(), answer.end()),
          .content_type = crl ? "application/pkix-crl" : "application/ocsp-response"};
}

}  // namespace stapling::demo
