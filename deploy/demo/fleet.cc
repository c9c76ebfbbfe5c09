#include "deploy/demo/fleet.h"

#include <array>

#include "tests/support/der.h"
#include "tests/support/ocsp_response.h"

namespace stapling::demo {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::sys_seconds;
using testing::BuildOcspResponse;
using testing::Bytes;
using testing::Certificate;
using testing::CertStatus;
using testing::ErrorResponse;
using testing::GoodDelegatedResponse;
using testing::GoodResponse;
using testing::OcspResponseSpec;
using testing::Staples;

constexpr int kTryLater = 3;
constexpr int kKeyCompromise = 1;
// An extension that nobody has heard of.
constexpr const char* kUnheardOf = "1.3.6.1.4.1.99999.1";

// A responder's answer that is no OCSP response, saved by a script that did not look.
constexpr std::string_view kErrorPage = "<html><body><h1>502 Bad Gateway</h1></body></html>\n";

// The good response of an hour ago, with one defect.
template <typename Defect>
Staples WithDefect(const DemoPki& pki, const Certificate& leaf, sys_seconds now, Defect defect) {
  OcspResponseSpec spec = GoodResponse(leaf, pki.intermediate, now);
  defect(spec);
  return {BuildOcspResponse(spec)};
}

std::vector<Certificate> Chain(const DemoPki& pki) {
  return {pki.Leaf(pki.intermediate), pki.intermediate};
}

std::vector<Certificate> ChainThatMustStaple(const DemoPki& pki) {
  return {pki.Leaf(pki.intermediate, DemoPki::MustStaple::kYes), pki.intermediate};
}

std::vector<Certificate> ChainOfSilentCa(const DemoPki& pki) {
  return {pki.Leaf(pki.intermediate, DemoPki::MustStaple::kNo, DemoPki::Revocation::kDown),
          pki.intermediate};
}

std::vector<Certificate> ChainOfHiddenCa(const DemoPki& pki) { return {pki.Leaf(pki.hidden_ca)}; }

Staples Nothing(const DemoPki& /*pki*/, const Certificate& /*leaf*/, sys_seconds /*now*/) {
  return {};
}

Staples Noise(const DemoPki& /*pki*/, const Certificate& /*leaf*/, sys_seconds /*now*/) {
  return {Bytes(kErrorPage.begin(), kErrorPage.end())};
}

Staples TryLater(const DemoPki& /*pki*/, const Certificate& /*leaf*/, sys_seconds /*now*/) {
  return {ErrorResponse(kTryLater)};
}

Staples OfHiddenCa(const DemoPki& pki, const Certificate& leaf, sys_seconds now) {
  return {BuildOcspResponse(GoodResponse(leaf, pki.hidden_ca, now))};
}

Staples OfAnotherCertificate(const DemoPki& pki, const Certificate& /*leaf*/, sys_seconds now) {
  return {BuildOcspResponse(GoodResponse(pki.web_server, pki.intermediate, now))};
}

Staples CriticalExtension(const DemoPki& pki, const Certificate& leaf, sys_seconds now) {
  return WithDefect(pki, leaf, now, [](OcspResponseSpec& spec) {
    spec.extensions = {{.oid = kUnheardOf, .critical = true, .value = testing::der::Null()}};
  });
}

Staples BrokenSignature(const DemoPki& pki, const Certificate& leaf, sys_seconds now) {
  return WithDefect(pki, leaf, now, [](OcspResponseSpec& spec) { spec.corrupt_signature = true; });
}

Staples SignedByWebServer(const DemoPki& pki, const Certificate& leaf, sys_seconds now) {
  return {BuildOcspResponse(GoodDelegatedResponse(leaf, pki.intermediate, pki.web_server, now))};
}

Staples SignedByExpiredSigner(const DemoPki& pki, const Certificate& leaf, sys_seconds now) {
  return {
      BuildOcspResponse(GoodDelegatedResponse(leaf, pki.intermediate, pki.expired_signer, now))};
}

Staples OfTomorrow(const DemoPki& pki, const Certificate& leaf, sys_seconds now) {
  return WithDefect(pki, leaf, now,
                    [=](OcspResponseSpec& spec) { spec.responses[0].this_update = now + days(1); });
}

Staples OfLastWeek(const DemoPki& pki, const Certificate& leaf, sys_seconds now) {
  return {BuildOcspResponse(GoodResponse(leaf, pki.intermediate, now - days(8)))};
}

Staples OfThreeDaysAgo(const DemoPki& pki, const Certificate& leaf, sys_seconds now) {
  return {BuildOcspResponse(GoodResponse(leaf, pki.intermediate, now - days(3)))};
}

Staples WithoutNextUpdate(const DemoPki& pki, const Certificate& leaf, sys_seconds now) {
  return WithDefect(pki, leaf, now,
                    [](OcspResponseSpec& spec) { spec.responses[0].next_update.reset(); });
}

Staples OlderThanTheCertificate(const DemoPki& pki, const Certificate& leaf, sys_seconds now) {
  return WithDefect(pki, leaf, now,
                    [=](OcspResponseSpec& spec) { spec.produced_at = now - days(200); });
}

Staples Revoked(const DemoPki& pki, const Certificate& leaf, sys_seconds now) {
  return WithDefect(pki, leaf, now, [=](OcspResponseSpec& spec) {
    spec.responses[0].status = CertStatus::kRevoked;
    spec.responses[0].revoked_at = now - hours(6);
    spec.responses[0].revocation_reason = kKeyCompromise;
  });
}

Staples Unknown(const DemoPki& pki, const Certificate& leaf, sys_seconds now) {
  return WithDefect(pki, leaf, now, [](OcspResponseSpec& spec) {
    spec.responses[0].status = CertStatus::kUnknown;
  });
}

Staples Good(const DemoPki& pki, const Certificate& leaf, sys_seconds now) {
  return {BuildOcspResponse(GoodResponse(leaf, pki.intermediate, now))};
}

Staples GoodChain(const DemoPki& pki, const Certificate& leaf, sys_seconds now) {
  return {BuildOcspResponse(GoodResponse(leaf, pki.intermediate, now)),
          BuildOcspResponse(GoodResponse(pki.intermediate, pki.root, now))};
}

constexpr std::array kModules{
    DemoModule{"demo", "staple: {}", "demands a staple where the certificate does"},
    DemoModule{"demo_max_age", "staple: {max_age: 24h}", "distrusts answers older than a day"},
    DemoModule{"demo_require_next_update", "staple: {require_next_update: true}",
               "wants to know until when an answer holds"},
    DemoModule{"demo_cross_check",
               "staple: {attempts: 2}\n"
               "cross_check: {responder: true, crl: true}",
               "connects twice, and asks the CA as well"},
    DemoModule{"demo_every_way",
               "vary: {addresses: all, tls_versions: [TLS12, TLS13], key_types: [rsa, ecdsa]}",
               "connects in every way"},
};

constexpr std::array kServers{
    DemoServer{"missing", "missing", "demo", "staple_missing",
               "nothing, though its certificate demands one", ChainThatMustStaple, Nothing},
    DemoServer{"malformed", "malformed", "demo", "staple_invalid",
               "an HTML error page instead of a response", Chain, Noise},
    DemoServer{"responder_error", "responder_error", "demo", "staple_invalid",
               "the CA's \"try again later\"", Chain, TryLater},
    DemoServer{"issuer_unknown", "issuer_unknown", "demo", "chain_invalid",
               "an answer of a CA that nobody here knows", ChainOfHiddenCa, OfHiddenCa},
    DemoServer{"wrong_certificate", "wrong_certificate", "demo", "staple_invalid",
               "an answer about another certificate", Chain, OfAnotherCertificate},
    DemoServer{"critical_extension", "critical_extension", "demo", "staple_invalid",
               "an answer with a critical, unknown extension", Chain, CriticalExtension},
    DemoServer{"bad_signature", "bad_signature", "demo", "staple_invalid",
               "an answer changed by one bit after signing", Chain, BrokenSignature},
    DemoServer{"unauthorized_signer", "unauthorized_signer", "demo", "staple_invalid",
               "an answer signed by a web server's key", Chain, SignedByWebServer},
    DemoServer{"signer_expired", "signer_expired", "demo", "staple_invalid",
               "an answer by a signer that expired yesterday", Chain, SignedByExpiredSigner},
    DemoServer{"not_yet_valid", "not_yet_valid", "demo", "staple_invalid",
               "an answer that holds from tomorrow on", Chain, OfTomorrow},
    DemoServer{"expired", "expired", "demo", "staple_invalid", "an answer that ended yesterday",
               Chain, OfLastWeek},
    DemoServer{"too_old", "too_old", "demo_max_age", "staple_invalid",
               "an answer of three days ago; one is allowed", Chain, OfThreeDaysAgo},
    DemoServer{"no_next_update", "no_next_update", "demo_require_next_update", "staple_invalid",
               "an answer that does not say when it ends", Chain, WithoutNextUpdate},
    DemoServer{"produced_at_out_of_range", "produced_at_out_of_range", "demo", "staple_invalid",
               "an answer from before the certificate existed", Chain, OlderThanTheCertificate},
    DemoServer{"revoked", "revoked", "demo", "revoked",
               "\"revoked\": the CA withdrew the certificate", Chain, Revoked,
               CertStatus::kRevoked},
    DemoServer{"unknown", "unknown", "demo", "unknown",
               "\"unknown\": the CA knows no such certificate", Chain, Unknown,
               CertStatus::kUnknown},
    DemoServer{"good", "good", "demo", "", "a good answer, as its certificate demands",
               ChainThatMustStaple, Good},
    DemoServer{"good_chain", "good", "demo", "", "good answers for itself and its intermediate",
               Chain, GoodChain},
    DemoServer{"ca_down", "missing", "demo_cross_check", "",
               "nothing, and neither responder nor CRL can be had", ChainOfSilentCa, Nothing},
    DemoServer{"revoked_since", "good", "demo_cross_check", "",
               "a good answer, but now the CA says \"revoked\"", Chain, Good, CertStatus::kRevoked},
    DemoServer{"every_way", "good", "demo_every_way", "", "a good answer, under TLS 1.2 and 1.3",
               Chain, Good},
};

}  // namespace

std::span<const DemoServer> DemoServers() { return kServers; }

std::span<const DemoModule> DemoModules() { return kModules; }

}  // namespace stapling::demo
