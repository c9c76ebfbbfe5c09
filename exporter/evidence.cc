#include "exporter/evidence.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "core/strict_client.h"
#include "core/x509/certificate.h"
#include "core/x509/pem.h"
#include "exporter/explanation.h"
#include "exporter/folded_text.h"
#include "exporter/verify_line.h"

namespace stapling::exporter {
namespace {

using std::chrono::sys_seconds;

constexpr const char* kFile = "evidence.txt";

// A staple below the leaf may be missing unless it is required.
bool IsBad(const StapleReport& staple) {
  if (staple.present.value_or(false)) return staple.judgement.verdict != Verdict::kGood;
  return staple.depth == 0 || staple.required.value_or(false);
}

struct Exhibit {
  std::string title;     // which connections saw it
  std::string files;     // PEM, with a line before each
  std::string response;  // what verify is given as the response; empty: there was no staple
  std::string reason;    // sentences
};

std::string CertificatePem(std::string_view what, X509* certificate) {
  const std::string name = NameText(X509_get_subject_name(certificate));
  return FoldedText("\n" + std::string(what) + ", " + name + ":\n") +
         EncodePem(ToDer(certificate), "CERTIFICATE");
}

Exhibit Exhibited(const Connection& connection, const StapleReport& report, sys_seconds now,
                  const JudgePolicy& policy, const TrustStore& trust_store) {
  const PresentedCertificate& presented = connection.handshake.chain[report.depth];
  const std::string name = NameOf(connection);
  Exhibit exhibit;
  exhibit.title =
      (name.empty() ? "" : name + ", ") + "depth " + std::to_string(report.depth) + ", " +
      (report.present ? std::string(Describe(report.judgement.verdict).label) : "staple not seen");
  exhibit.reason = Explain(report, now, policy).reason;
  if (!presented.staple) {
    exhibit.reason +=
        "\nNo staple was seen, so there is nothing to judge again: these are the certificate that "
        "it should\nspeak of and its issuer.";
  } else if (presented.staple->empty()) {
    exhibit.response = "/dev/null";
  } else {
    exhibit.response = kFile;
    exhibit.files = "\nThe staple:\n" + EncodePem(*presented.staple, "OCSP RESPONSE");
  }
  X509* certificate = presented.certificate.get();
  exhibit.files += CertificatePem("The certificate", certificate);
  const auto issuer = IssuerOf(presented, connection.handshake, &trust_store);
  if (issuer.certificate) {
    exhibit.files += CertificatePem("Its issuer", issuer.certificate.get());
  } else {
    exhibit.files += "\nIts issuer was not at hand: it was neither sent nor is it trusted.\n";
  }
  return exhibit;
}

class Collector {
 public:
  Collector(sys_seconds now, const JudgePolicy& policy, const TrustStore& trust_store)
      : now_(now), policy_(policy), trust_store_(trust_store) {}

  void Add(const Connection& connection) {
    bool any = false;
    for (const StapleReport& report : connection.staples) {
      if (!IsBad(report)) continue;
      Add(connection, report);
      any = true;
    }
    if (!any && connection.failure && !connection.staples.empty()) {
      Add(connection, connection.staples.front());
    }
  }

  [[nodiscard]] std::string Text() const {
    std::string text = Instructions();
    for (std::size_t i = 0; i < exhibits_.size(); ++i) text += TextOf(i);
    if (left_out_ > 0) {
      text += "\nFurther staples that were too large to keep: " + std::to_string(left_out_) + ".\n";
    }
    return text;
  }

 private:
  void Add(const Connection& connection, const StapleReport& report) {
    Exhibit exhibit = Exhibited(connection, report, now_, policy_, trust_store_);
    const auto same = std::ranges::find_if(exhibits_, [&exhibit](const Exhibit& of) {
      return of.files == exhibit.files && of.response == exhibit.response;
    });
    if (same != exhibits_.end()) {
      same->title += "; " + exhibit.title;
    } else if (bytes_ + exhibit.files.size() > kMaxEvidenceBytes) {
      ++left_out_;
    } else {
      bytes_ += exhibit.files.size();
      exhibits_.push_back(std::move(exhibit));
    }
  }

  [[nodiscard]] std::string Instructions() const {
    const auto has_staple = [](const Exhibit& exhibit) { return !exhibit.response.empty(); };
    if (std::ranges::none_of(exhibits_, has_staple)) return {};
    return "To judge it again, save all of this as " + std::string(kFile) + " and run the " +
           (exhibits_.size() == 1 ? "command" : "commands") + " below.\n";
  }

  // With several, each is taken out of the saved file: verify looks at the first in a file.
  [[nodiscard]] std::string Commands(std::size_t i) const {
    const Exhibit& exhibit = exhibits_[i];
    if (exhibit.response.empty()) return {};
    if (exhibits_.size() == 1) {
      return "\n" + VerifyLine({exhibit.response, kFile, kFile}, now_, policy_) + "\n";
    }
    const std::string number = std::to_string(i + 1);
    const std::string part = "evidence" + number + ".txt";
    const std::string response = exhibit.response == kFile ? part : exhibit.response;
    return "\nsed -n '/^=== " + number + " of /,/^=== end of " + number + "$/p' " + kFile + " > " +
           part + "\n" + VerifyLine({response, part, part}, now_, policy_) + "\n";
  }

  [[nodiscard]] std::string TextOf(std::size_t i) const {
    const Exhibit& exhibit = exhibits_[i];
    const std::string number = std::to_string(i + 1);
    const std::string of_all = number + " of " + std::to_string(exhibits_.size());
    return FoldedText("\n=== " + of_all + ": " + exhibit.title + "\n" + exhibit.reason + "\n") +
           Commands(i) + exhibit.files + "=== end of " + number + "\n";
  }

  const sys_seconds now_;
  const JudgePolicy& policy_;
  const TrustStore& trust_store_;
  std::vector<Exhibit> exhibits_;
  std::size_t bytes_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace

std::string EvidenceOf(const ProbeResult& result, const JudgePolicy& policy,
                       const TrustStore& trust_store) {
  Collector collector(result.now, policy, trust_store);
  for (const bool failed : {true, false}) {
    for (const Connection& connection : result.connections) {
      if (connection.failure.has_value() == failed) collector.Add(connection);
    }
  }
  return collector.Text();
}

}  // namespace stapling::exporter
