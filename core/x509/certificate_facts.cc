#include "core/x509/certificate_facts.h"

#include <openssl/x509.h>

#include "core/x509/certificate.h"
#include "core/x509/text.h"

namespace stapling {

CertificateFacts ReadFacts(X509* certificate) {
  return {.must_staple = IsMustStaple(certificate),
          .names_responder = !ResponderUrls(certificate).empty(),
          .self_issued = IsSelfIssued(certificate),
          .validity = ValidityOf(certificate)};
}

CertificateLabels ReadLabels(X509* certificate, const Sha256Digest& sha256) {
  CertificateLabels labels{.fingerprint_sha256 = ToHex(sha256),
                           .subject = NameText(X509_get_subject_name(certificate)),
                           .issuer = NameText(X509_get_issuer_name(certificate)),
                           .subject_alternative = {},
                           .serial = SerialHex(X509_get0_serialNumber(certificate))};
  std::string& names = labels.subject_alternative;
  for (const std::string& name : DnsNames(certificate)) names += (names.empty() ? "" : ",") + name;
  names = CleanText(names);
  return labels;
}

}  // namespace stapling
