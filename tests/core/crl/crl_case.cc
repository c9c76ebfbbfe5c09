#include "tests/core/crl/crl_case.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "core/x509/openssl_ptr.h"

namespace stapling::testing {
namespace {

using CrlPtr = std::unique_ptr<X509_CRL, OpensslDeleter<X509_CRL_free>>;

// OpenSSL's own decoder, of the first PEM block or of DER.
CrlPtr DecodeByOpenssl(const Bytes& octets) {
  const BioPtr input(BIO_new_mem_buf(octets.data(), static_cast<int>(octets.size())));
  const bool is_pem = !octets.empty() && octets[0] != 0x30;
  CrlPtr crl(is_pem ? PEM_read_bio_X509_CRL(input.get(), nullptr, nullptr, nullptr)
                    : d2i_X509_CRL_bio(input.get(), nullptr));
  ERR_clear_error();
  return crl;
}

void ExpectOpensslAgrees(const CrlCase& of, const CrlJudgement& judged) {
  if (!judged.revoked) return;
  const CrlPtr crl = DecodeByOpenssl(of.Octets());
  ASSERT_NE(crl, nullptr);
  EXPECT_EQ(X509_CRL_verify(crl.get(), X509_get0_pubkey(of.issuer->x509())), 1);
  X509_REVOKED* entry = nullptr;
  // 2 is an entry with removeFromCRL.
  const int found =
      X509_CRL_get0_by_serial(crl.get(), &entry, X509_get0_serialNumber(of.certificate.x509()));
  EXPECT_EQ(found != 0, *judged.revoked);
  ERR_clear_error();
}

}  // namespace

const Certificate* CrlCase::Keep(const Certificate& certificate_to_keep) {
  kept.reserve(8);  // addresses stay
  kept.push_back(certificate_to_keep);
  return &kept.back();
}

void CrlCase::IssueBy(const CertificateSpec& issuer_spec) {
  const Certificate* kept_issuer = Keep(IssueCertificate(issuer_spec));
  issuer = *kept_issuer;
  certificate = IssueCertificate({.subject = "leaf.test", .issuer = kept_issuer, .now = kNow});
  spec = GoodCrl(*kept_issuer, kNow);
}

CrlEntrySpec& CrlCase::Revoke(std::optional<int> reason) {
  spec.entries.push_back(
      {.serial = certificate.SerialContent(), .revoked_at = kNow - 2h, .reason = reason});
  return spec.entries.back();
}

void CrlCase::FetchedFrom(const std::string& url) {
  const Certificate named =
      IssueCertificate({.subject = "x", .issuer = &*issuer, .now = kNow, .crl_urls = {url}});
  point = DistributionPointsOf(named.x509()).at(0);
}

CrlJudgement CrlCase::Judged() const {
  const auto crl = Crl::Decode(Octets());
  return JudgeCrl({.crl = crl.get(),
                   .certificate = certificate.x509(),
                   .issuer = issuer ? issuer->x509() : nullptr,
                   .point = point ? &*point : nullptr,
                   .now = now,
                   .clock_skew = clock_skew});
}

void ExpectRow(const CrlRow& row) {
  CrlCase input;
  row.change(input);
  input.octets = input.Octets();
  const CrlJudgement judged = input.Judged();
  EXPECT_EQ(Describe(judged.verdict).label, Describe(row.verdict).label);
  EXPECT_EQ(judged.revoked, row.revoked);
  EXPECT_EQ(judged.valid,
            row.verdict == CrlVerdict::kRevoked || row.verdict == CrlVerdict::kNotRevoked);
  EXPECT_EQ(judged.revoked_at.has_value(), row.revoked.value_or(false));
  ExpectOpensslAgrees(input, judged);
}

}  // namespace stapling::testing
