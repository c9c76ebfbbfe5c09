#include "core/tls/gnutls_opinion.h"

#include <algorithm>
#include <ctime>
#include <new>
#include <vector>

#include "core/tls/gnutls_costly_key.h"
#include "core/tls/gnutls_handle.h"
#include "core/tls/gnutls_room.h"
#include "core/x509/certificate.h"

namespace stapling {
namespace {

constexpr unsigned kStapleProblems =
    GNUTLS_CERT_REVOKED | GNUTLS_CERT_MISSING_OCSP_STATUS | GNUTLS_CERT_INVALID_OCSP_STATUS |
    GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED | GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE;

LibraryOpinion Refused(std::string sentence) {
  return {.accepted = false, .sentence = std::move(sentence)};
}

LibraryOpinion RefusedBy(const char* what, int error) {
  return Refused(std::string(what) + ": " + gnutls_strerror(error) + ".");
}

// The one problem that says most.
LibraryOpinion RefusedFor(unsigned status) {
  if ((status & GNUTLS_CERT_REVOKED) != 0) return Refused("GnuTLS says revoked.");
  if ((status & GNUTLS_CERT_MISSING_OCSP_STATUS) != 0) {
    return Refused("GnuTLS says missing: the certificate demands a staple.");
  }
  if ((status & GNUTLS_CERT_INVALID_OCSP_STATUS) != 0) {
    return Refused("GnuTLS says invalid: it does not accept this response for this certificate.");
  }
  return Refused("GnuTLS says superseded: the response is too old, or of the future.");
}

// What GnuTLS would look into.
struct Question {
  std::vector<BytesView> certificates;
  std::vector<BytesView> staples;
};

std::size_t OctetsOf(const std::vector<BytesView>& views) {
  std::size_t octets = 0;
  for (const BytesView view : views) octets += view.size();
  return octets;
}

std::size_t OctetsOf(const Question& question) {
  return OctetsOf(question.certificates) + OctetsOf(question.staples);
}

bool MayBeAsked(const Question& question) {
  constexpr std::size_t kMaxStapleOctets = 64U << 10U;
  return OctetsOf(question.staples) <= kMaxStapleOctets &&
         std::ranges::none_of(question.certificates, HasCostlyKey) &&
         std::ranges::none_of(question.staples, EmbedsCostlyKey);
}

// The views end with the session.
Question QuestionOf(gnutls_session_t session) {
  Question question;
  unsigned count = 0;
  const gnutls_datum_t* peers = gnutls_certificate_get_peers(session, &count);
  for (unsigned i = 0; peers != nullptr && i < count; ++i) {
    question.certificates.push_back(ViewOf(peers[i]));
    gnutls_datum_t staple{};
    const int result = gnutls_ocsp_status_request_get2(session, i, &staple);
    if (result == GNUTLS_E_MEMORY_ERROR) throw std::bad_alloc();
    if (result >= 0) question.staples.push_back(ViewOf(staple));
  }
  return question;
}

GnutlsCertificate Import(BytesView der) {
  auto imported = MakeGnutls<GnutlsCertificate>(gnutls_x509_crt_init);
  if (!imported) return nullptr;
  const gnutls_datum_t datum = DatumOf(der);
  if (gnutls_x509_crt_import(imported.get(), &datum, GNUTLS_X509_FMT_DER) < 0) return nullptr;
  return imported;
}

// By the issuer's own key, else through a signer that the issuer certified.
int VerifySignature(gnutls_ocsp_resp_t response, gnutls_x509_crt_t issuer, unsigned& problems) {
  const int direct = gnutls_ocsp_resp_verify_direct(response, issuer, &problems, 0);
  if (direct >= 0 && problems == 0) return direct;
  gnutls_x509_trust_list_t list = nullptr;
  if (gnutls_x509_trust_list_init(&list, 0) < 0) return direct;
  const GnutlsPtr<gnutls_x509_trust_list_t, FreeGnutlsTrustList> owner(list);
  if (gnutls_x509_trust_list_add_cas(list, &issuer, 1, 0) != 1) return direct;
  return gnutls_ocsp_resp_verify(response, list, &problems, 0);
}

struct Answer {
  unsigned status = GNUTLS_OCSP_CERT_UNKNOWN;
  std::time_t this_update = -1;
  std::time_t next_update = -1;
};

LibraryOpinion OfTimes(const Answer& answer, std::time_t now) {
  // GnuTLS' own limit for a response that does not say until when it holds (ocsp-api.c).
  constexpr std::time_t kMaxAgeWithoutNextUpdate = std::time_t{15} * 86400;
  const bool too_old = answer.next_update == -1
                           ? now - answer.this_update > kMaxAgeWithoutNextUpdate
                           : answer.next_update < now;
  if (too_old) return RefusedFor(GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED);
  return {.accepted = true, .sentence = "GnuTLS accepts it."};
}

}  // namespace

std::optional<LibraryOpinion> GnutlsOpinion(gnutls_session_t session) {
  const Question question = QuestionOf(session);
  const GnutlsRoom room(GnutlsRoom::ToRead(OctetsOf(question)));
  if (!MayBeAsked(question)) return std::nullopt;
  unsigned status = 0;
  // Its status is 0, which reads as trusted, when the call itself failed.
  const int result = gnutls_certificate_verify_peers3(session, nullptr, &status);
  if (result < 0) return RefusedBy("GnuTLS could not verify the certificates", result);
  if ((status & kStapleProblems) != 0) return RefusedFor(status);
  if (gnutls_ocsp_status_request_is_checked(session, 0) == 0) {
    return Refused("GnuTLS has not checked the response.");
  }
  return LibraryOpinion{.accepted = true, .sentence = "GnuTLS accepts it."};
}

std::optional<LibraryOpinion> GnutlsOpinion(BytesView response, X509* certificate, X509* issuer,
                                            std::chrono::sys_seconds now) {
  const Bytes issuer_der = issuer != nullptr ? ToDer(issuer) : Bytes();
  // The certificate's own key verifies nothing here.
  const Question question{.certificates = {issuer_der}, .staples = {response}};
  const GnutlsRoom room(GnutlsRoom::ToRead(2 * OctetsOf(question)));  // the certificate as well
  if (!MayBeAsked(question)) return std::nullopt;
  const auto parsed = MakeGnutls<GnutlsResponse>(gnutls_ocsp_resp_init);
  const GnutlsCertificate subject = Import(certificate != nullptr ? ToDer(certificate) : Bytes());
  const GnutlsCertificate authority = Import(issuer_der);
  if (!parsed || !subject) return Refused("GnuTLS cannot read the certificate.");
  const gnutls_datum_t datum = DatumOf(response);
  if (const int result = gnutls_ocsp_resp_import(parsed.get(), &datum); result < 0) {
    return RefusedBy("GnuTLS cannot read the response", result);
  }
  if (gnutls_ocsp_resp_get_status(parsed.get()) != GNUTLS_OCSP_RESP_SUCCESSFUL) {
    return Refused("GnuTLS reads an error message of the responder.");
  }
  if (const int result = gnutls_ocsp_resp_check_crt(parsed.get(), 0, subject.get()); result < 0) {
    return RefusedBy("GnuTLS finds no answer about this certificate", result);
  }
  if (!authority) return Refused("GnuTLS needs the issuer to verify the signature.");
  unsigned problems = 0;
  if (const int result = VerifySignature(parsed.get(), authority.get(), problems);
      result < 0 || problems != 0) {
    return Refused("GnuTLS does not accept the signature.");
  }
  Answer answer;
  if (const int result = gnutls_ocsp_resp_get_single(parsed.get(), 0, nullptr, nullptr, nullptr,
                                                     nullptr, &answer.status, &answer.this_update,
                                                     &answer.next_update, nullptr, nullptr);
      result < 0) {
    return RefusedBy("GnuTLS cannot read the answer", result);
  }
  if (answer.status == GNUTLS_OCSP_CERT_REVOKED) return RefusedFor(GNUTLS_CERT_REVOKED);
  return OfTimes(answer, now.time_since_epoch().count());
}

}  // namespace stapling
