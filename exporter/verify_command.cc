#include "exporter/verify_command.h"

#include <chrono>
#include <ostream>
#include <string>

#include "core/ocsp/judge.h"
#include "core/tls/tls_library.h"
#include "core/x509/certificate.h"
#include "core/x509/issuer.h"
#include "core/x509/text.h"
#include "exporter/exit_status.h"
#include "exporter/explanation.h"
#include "exporter/flags.h"
#include "exporter/input_file.h"
#include "exporter/report_json.h"
#include "exporter/report_text.h"

namespace stapling::exporter {
namespace {

struct Input {
  Bytes response;
  X509Ptr certificate;
  X509Ptr issuer;
};

Result<Input> ReadInput(const VerifyOptions& options) {
  auto response = ReadInputFile(options.response);
  if (!response) return Error{response.error()};
  auto certificate = ReadCertificateFile(options.certificate);
  if (!certificate) return Error{certificate.error()};
  auto issuer = ReadIssuerFile(options.issuer, certificate->get());
  if (!issuer) return Error{issuer.error()};
  return Input{ResponseDer(std::move(response).value()), std::move(certificate).value(),
               std::move(issuer).value()};
}

Explanation ExplainStranger(const Input& input) {
  const std::string wanted = NameText(X509_get_issuer_name(input.certificate.get()));
  const std::string given = NameText(X509_get_subject_name(input.issuer.get()));
  EVP_PKEY* key = X509_get0_pubkey(input.issuer.get());
  if (wanted == given && key != nullptr && MayBeMadeForASignature(key)) {
    return {"The key of the given issuer, " + given +
                ", is of a kind that can be made to fit a signature: DSA, an RSA exponent of more "
                "than 64 bits, or a curve without a name.",
            "Pass another certificate of the issuer."};
  }
  if (wanted == given) {
    return {"The given issuer has the right name, " + given +
                ", but its key did not sign the certificate.",
            "Pass the certificate of the issuer whose key signed it."};
  }
  return {"The given issuer, " + given + ", did not issue the certificate; " + wanted + " did.",
          "Pass the certificate of " + wanted + " as the issuer."};
}

std::string Report(const VerifyReport& report, OutputFormat format, const std::ostream& out) {
  return format == OutputFormat::kJson ? VerifyJson(report) : VerifyText(report, StyleFor(out));
}

}  // namespace

int RunVerify(const VerifyOptions& options, std::ostream& out, std::ostream& err) {
  const auto input = ReadInput(options);
  if (!input) {
    err << input.error() << '\n';
    return static_cast<int>(ExitStatus::kUsage);
  }
  const auto now = options.at.value_or(
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  const bool issued = Issued(input->issuer.get(), input->certificate.get());
  const Judgement judgement = Judge({.response = input->response,
                                     .certificate = input->certificate.get(),
                                     .issuer = issued ? input->issuer.get() : nullptr,
                                     .now = now,
                                     .policy = options.policy});
  const Explanation explanation = judgement.verdict == Verdict::kIssuerUnknown
                                      ? ExplainStranger(*input)
                                      : Explain(judgement, now, options.policy);
  const auto opinion = OpinionOf(options.library, input->response, input->certificate.get(),
                                 issued ? input->issuer.get() : nullptr, now);
  out << Report({judgement, now, explanation, opinion}, options.format, out) << std::flush;
  if (!out) {
    err << "Cannot write the report.\n";
    return static_cast<int>(ExitStatus::kUsage);
  }
  return static_cast<int>(ExitStatusOf(judgement));
}

}  // namespace stapling::exporter
