#include "deploy/demo/demo_pki.h"

#include <utility>

namespace stapling::demo {
namespace {

using std::chrono::days;
using std::chrono::sys_seconds;
using testing::Certificate;
using testing::IssueCertificate;

constexpr const char* kServerAuth = "1.3.6.1.5.5.7.3.1";
// Nobody listens on this port.
constexpr const char* kDeadResponder = "http://127.0.0.1:1/ocsp";
constexpr const char* kDeadCrl = "http://127.0.0.1:1/intermediate.crl";

Certificate Authority(const char* name, const Certificate* issuer, sys_seconds now) {
  return IssueCertificate({.subject = name, .issuer = issuer, .now = now, .is_ca = true});
}

}  // namespace

DemoPki::DemoPki(sys_seconds now, RevocationUrls urls)
    : root(Authority("Demo Root CA (throwaway)", nullptr, now)),
      intermediate(Authority("Demo Intermediate CA", &root, now)),
      hidden_ca(Authority("Demo Hidden CA", nullptr, now)),
      web_server(IssueCertificate({.subject = "www.demo.invalid",
                                   .issuer = &intermediate,
                                   .now = now,
                                   .extended_key_usages = {kServerAuth}})),
      expired_signer(IssueCertificate({.subject = "Demo OCSP Signer",
                                       .issuer = &intermediate,
                                       .now = now,
                                       .not_after = now - days(1),
                                       .ocsp_signing_eku = true,
                                       .ocsp_nocheck = true})),
      made_at_(now),
      urls_(std::move(urls)) {}

Certificate DemoPki::Leaf(const Certificate& issuer, MustStaple must_staple,
                          Revocation revocation) const {
  const bool down = revocation == Revocation::kDown;
  return IssueCertificate({.subject = "localhost",
                           .issuer = &issuer,
                           .now = made_at_,
                           .dns_names = {"localhost"},
                           .ip_addresses = {"127.0.0.1"},
                           .must_staple = must_staple == MustStaple::kYes,
                           .responder_urls = {down ? kDeadResponder : urls_.responder},
                           .crl_urls = {down ? kDeadCrl : urls_.crl},
                           .extended_key_usages = {kServerAuth}});
}

}  // namespace stapling::demo
