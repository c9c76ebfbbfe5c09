// Any octets as a certificate revocation list: the verdict is the same twice, nothing is told of
// what the issuer did not sign, and what is found in a list is what OpenSSL finds in it.
//
// What decodes is judged once more with its signature put right, for no change beyond the signature
// would be seen otherwise. The same octets are read as a certificate that names such lists.
#include <algorithm>

#include "core/crl/judge_crl.h"
#include "core/x509/der_reader.h"
#include "core/x509/text.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seed_pki.h"
#include "tests/support/der.h"
#include "tests/support/signing.h"

namespace {

using namespace stapling;  // NOLINT(google-build-using-namespace)
using fuzz::Require;
using CrlPtr = std::unique_ptr<X509_CRL, OpensslDeleter<X509_CRL_free>>;

constexpr std::chrono::seconds kSkew(300);
constexpr int kMaxEntries = 64;  // that are looked up

const fuzz::SeedPki& Pki() {
  static const fuzz::SeedPki pki;
  return pki;
}

// The partition that the seeds are of.
const DistributionPoint& Point() {
  static const DistributionPoint point{
      .names = {testing::der::Implicit(6, testing::ToBytes("http://crl.test/7.crl"))}};
  return point;
}

struct Judged {
  std::shared_ptr<const Crl> crl;
  CrlJudgement judgement;
};

Judged JudgeAt(BytesView octets, std::chrono::sys_seconds now, X509* issuer,
               const DistributionPoint* point) {
  Judged judged{.crl = Crl::Decode(Bytes(octets.begin(), octets.end()))};
  judged.judgement = JudgeCrl({.crl = judged.crl.get(),
                               .certificate = Pki().certificate.get(),
                               .issuer = issuer,
                               .point = point,
                               .now = now,
                               .clock_skew = kSkew});
  return judged;
}

void RequireSound(const Judged& judged) {
  const CrlJudgement& judgement = judged.judgement;
  Require((judgement.verdict == CrlVerdict::kMalformed) == (judged.crl == nullptr),
          "malformed is what does not decode");
  Require(judgement.valid == (judgement.verdict == CrlVerdict::kRevoked ||
                              judgement.verdict == CrlVerdict::kNotRevoked),
          "an answer is told of the valid alone");
  Require(!judgement.valid || judgement.revoked == (judgement.verdict == CrlVerdict::kRevoked),
          "the verdict is the answer");
  Require(judgement.revoked_at.has_value() == judgement.revoked.value_or(false),
          "revoked at means revoked");
  Require(!judgement.valid || judgement.next_update, "valid means current");
}

// OpenSSL's decoding of DER; null where it or the form is another.
CrlPtr DecodeByOpenssl(BytesView der) {
  const unsigned char* position = der.data();
  return CrlPtr(d2i_X509_CRL(nullptr, &position, static_cast<long>(der.size())));
}

// Nobody but the seeds' CA can have written what is told of the certificate.
void RequireProvenance(BytesView octets, const Judged& judged) {
  if (!judged.judgement.revoked) return;
  Require(judged.crl->SignedBy(Pki().issuer.get()), "an answer only of what the CA signed");
  if (octets.front() != tag::kSequence) return;
  const CrlPtr crl = DecodeByOpenssl(octets);
  Require(crl && X509_CRL_verify(crl.get(), Pki().issuer_key.get()) == 1,
          "an answer only of what OpenSSL verifies");
  X509_REVOKED* entry = nullptr;
  const int found =
      X509_CRL_get0_by_serial(crl.get(), &entry, X509_get0_serialNumber(Pki().certificate.get()));
  Require((found != 0) == *judged.judgement.revoked, "the answer that OpenSSL gives");
}

void RequireSameEntries(BytesView octets, const Crl& crl) {
  const CrlPtr other = DecodeByOpenssl(octets);
  if (!other) return;
  STACK_OF(X509_REVOKED)* entries = X509_CRL_get_REVOKED(other.get());
  const int count = std::max(0, sk_X509_REVOKED_num(entries));
  Require(crl.entry_count() == static_cast<std::size_t>(count), "as many entries");
  for (int i = 0; i < std::min(count, kMaxEntries); ++i) {
    const ASN1_INTEGER* serial = X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(entries, i));
    Require(crl.Find(serial).has_value(), "every entry is found");
  }
}

// The same list signed by the seeds' CA.
Bytes SignedAnew(BytesView der) {
  DerReader input(der);
  DerReader fields(input.Take(tag::kSequence)->content);
  const BytesView whole = fields.Take(tag::kSequence)->whole;
  const Bytes to_be_signed(whole.begin(), whole.end());
  const testing::Signature signature = testing::Sign(Pki().issuer_key.get(), {}, to_be_signed);
  return testing::der::Sequence(
      {to_be_signed, signature.algorithm, testing::der::BitString(signature.value)});
}

void RequireLimits(BytesView octets, const Judged& judged) {
  Require(!JudgeAt(octets, fuzz::kNow, nullptr, &Point()).judgement.revoked,
          "nothing is told without the issuer");
  const Judged anywhere = JudgeAt(octets, fuzz::kNow, Pki().issuer.get(), nullptr);
  Require(!anywhere.judgement.valid || judged.judgement.valid,
          "what holds of an unknown point holds of a known one");
  if (!judged.judgement.valid) return;
  const auto late = *judged.judgement.next_update + kSkew + std::chrono::seconds(1);
  Require(!JudgeAt(octets, late, Pki().issuer.get(), &Point()).judgement.valid,
          "what has expired is not valid");
}

void JudgeList(BytesView octets) {
  const Judged judged = JudgeAt(octets, fuzz::kNow, Pki().issuer.get(), &Point());
  RequireSound(judged);
  RequireProvenance(octets, judged);
  const Judged again = JudgeAt(octets, fuzz::kNow, Pki().issuer.get(), &Point());
  Require(judged.judgement.verdict == again.judgement.verdict &&
              judged.judgement.revoked == again.judgement.revoked,
          "the same verdict twice");
  if (!judged.crl || octets.front() != tag::kSequence) return;
  RequireSameEntries(octets, *judged.crl);
  const Bytes anew = SignedAnew(octets);
  const Judged signed_anew = JudgeAt(anew, fuzz::kNow, Pki().issuer.get(), &Point());
  RequireSound(signed_anew);
  RequireProvenance(anew, signed_anew);
  RequireLimits(anew, signed_anew);
}

void ReadPoints(BytesView octets) {
  const unsigned char* position = octets.data();
  const X509Ptr certificate(d2i_X509(nullptr, &position, static_cast<long>(octets.size())));
  if (!certificate) return;
  for (const DistributionPoint& point : DistributionPointsOf(certificate.get())) {
    for (const std::string& url : point.urls) {
      Require(CleanText(url) == url, "a URL is clean text");
    }
    Require(point.urls.size() <= point.names.size(), "a URL is a name");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  JudgeList({data, size});
  ReadPoints({data, size});
  return 0;
}
