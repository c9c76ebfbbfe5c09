#include "exporter/report_text.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>

#include "core/x509/certificate.h"
#include "core/x509/text.h"
#include "core/x509/time.h"
#include "exporter/cause.h"
#include "exporter/duration_text.h"
#include "exporter/headline.h"
#include "exporter/lifetime.h"

namespace stapling::exporter {
namespace {

using std::chrono::sys_seconds;

constexpr std::size_t kNameWidth = 18;
constexpr std::size_t kCheckWidth = 21;
constexpr std::string_view kNothingBelievable = "nothing that may be believed";

std::string Padded(std::string_view text, std::size_t width) {
  std::string padded(text);
  padded.resize(std::max(width, padded.size() + 1), ' ');
  return padded;
}

// The growing report: lines in, text out.
class Writer {
 public:
  explicit Writer(TextStyle style) : style_(style) {}

  void Line(std::string_view text) { text_ += std::string(text) + "\n"; }

  void Headline(ExitStatus status, std::string_view sentence) {
    Line(Coloured(StatusWord(status), ColourOf(status), style_) + ": " + std::string(sentence));
  }

  void Fact(std::string_view name, std::string_view value) {
    Line("  " + Padded(name, kNameWidth) + CleanText(value));
  }
  void Fact(std::string_view name, const std::optional<sys_seconds>& instant, sys_seconds now) {
    if (!instant) return;
    Fact(name, ToRfc3339(*instant) + " (" + RelativeText(*instant, now) + ")");
  }

  void CheckLine(const CheckInfo& info, std::optional<bool> passed) {
    const std::string mark = !passed   ? "-   "
                             : *passed ? Coloured("pass", Colour::kGood, style_)
                                       : Coloured("FAIL", Colour::kBad, style_);
    Line("    " + mark + "  " + Padded(info.label, kCheckWidth) + std::string(info.sentence));
  }

  void NextStep(std::string_view remedy) {
    if (remedy.empty()) return;
    Line("");
    Line("Next step: " + std::string(remedy));
  }

  std::string Take() { return std::move(text_); }

 private:
  TextStyle style_;
  std::string text_;
};

std::string Seconds(std::chrono::duration<double> duration) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f s", duration.count());
  return text;
}

std::string SignerText(const Judgement& judgement) {
  if (!judgement.signer) return "nobody whom the issuer authorised";
  return *judgement.signer == Signer::kIssuer ? "the certificate's issuer"
                                              : "a responder that the issuer authorised";
}

std::string WithReason(std::string_view status, const std::optional<long>& reason) {
  std::string text(status);
  if (reason) text += ", " + std::string(RevocationReasonLabel(*reason));
  return text;
}

std::string StatusText(const Judgement& judgement) {
  if (!judgement.certificate_status) return std::string(kNothingBelievable);
  return WithReason(Label(*judgement.certificate_status), judgement.revocation_reason);
}

std::string StatusText(const CrlJudgement& judgement) {
  if (!judgement.revoked) return std::string(kNothingBelievable);
  return WithReason(*judgement.revoked ? "revoked" : "good", judgement.revocation_reason);
}

// What the response says, and how it fared in each check.
void WriteJudgement(Writer& writer, const Judgement& judgement, sys_seconds now) {
  writer.Fact("verdict", Describe(judgement.verdict).label);
  if (judgement.response_status) {
    writer.Fact("response status", Label(*judgement.response_status));
  }
  if (judgement.response_status == ResponseStatus::kSuccessful) {
    writer.Fact("says", StatusText(judgement));
    writer.Fact("signed by", SignerText(judgement));
  }
  if (!judgement.responder_id.empty()) writer.Fact("responder", judgement.responder_id);
  if (!judgement.signature_algorithm.empty()) {
    writer.Fact("signature", judgement.signature_algorithm);
  }
  if (!judgement.serial.empty()) writer.Fact("serial number", judgement.serial);
  writer.Fact("thisUpdate", judgement.this_update, now);
  writer.Fact("nextUpdate", judgement.next_update, now);
  writer.Fact("producedAt", judgement.produced_at, now);
  writer.Fact("signer's notAfter", judgement.signer_not_after, now);
  writer.Fact("usable until", judgement.effective_expiry, now);
  writer.Fact("revoked at", judgement.revoked_at, now);
  if (const auto used = LifetimeOf(judgement, now).used_ratio) {
    writer.Fact("lifetime used", PercentText(*used));
  }
  writer.Fact("size", std::to_string(judgement.size_bytes) + " bytes");
  writer.Line("  checks");
  for (const CheckInfo& info : Checks()) writer.CheckLine(info, judgement.checks[info.check]);
}

std::string TimingsText(const Connection& connection) {
  std::string text;
  for (const auto& [phase, duration] : connection.phases) {
    if (!text.empty()) text += ", ";
    text += std::string(Describe(phase).label) + " " + Seconds(duration);
  }
  return text;
}

std::string AttemptsText(const Attempts& attempts) {
  return std::to_string(attempts.made) + ", of which " + std::to_string(attempts.stapled) +
         " carried a staple (" + std::to_string(attempts.distinct) + " distinct)";
}

void WriteConnection(Writer& writer, const Connection& connection) {
  const Handshake& handshake = connection.handshake;
  if (connection.address) writer.Fact("address", connection.address->ToString());
  if (!handshake.version.empty()) {
    writer.Fact("TLS", handshake.version + ", " + handshake.cipher);
  }
  if (!handshake.library.empty()) {
    writer.Fact("TLS library", handshake.library + " " + handshake.library_version);
  }
  if (handshake.opinion) writer.Fact("its opinion", handshake.opinion->sentence);
  if (handshake.chain_checked) {
    const auto& error = handshake.chain_error;
    writer.Fact("chain",
                !error ? "verifies" : "does not verify: " + std::string(Describe(*error).sentence));
  }
  if (connection.hostname_valid) {
    writer.Fact("host name", *connection.hostname_valid ? "matches" : "does not match");
  }
  if (const Attempts& attempts = connection.attempts; attempts.made > 1) {
    writer.Fact("connections", AttemptsText(attempts));
  }
  if (!connection.phases.empty()) writer.Fact("time", TimingsText(connection));
}

// A heading with the outcome, where there are several.
void WriteCombination(Writer& writer, const Connection& connection) {
  const std::string name = NameOf(connection);
  if (name.empty()) return;
  std::string outcome = "a strict client goes on";
  if (connection.unsupported) {
    outcome = "not done by this server: " +
              std::string(Describe(connection.unsupported->reason).sentence);
  } else if (connection.failure) {
    outcome = "failed: " + std::string(Describe(connection.failure->reason).sentence);
  }
  writer.Line("");
  writer.Line(CleanText(name + ": " + outcome));
}

std::string YesNo(bool value) { return value ? "yes" : "no"; }

void WriteStaple(Writer& writer, const Connection& connection, const StapleReport& staple,
                 sys_seconds now, const JudgePolicy& policy) {
  const auto& chain = connection.handshake.chain;
  std::string title = staple.depth == 0 ? "Leaf certificate"
                                        : "Certificate at depth " + std::to_string(staple.depth);
  if (staple.depth < chain.size() && chain[staple.depth].certificate) {
    title += ", " + NameText(X509_get_subject_name(chain[staple.depth].certificate.get()));
  }
  writer.Line("");
  writer.Line(title);
  writer.Fact("must-staple", YesNo(staple.must_staple));
  writer.Fact("names a responder", YesNo(staple.names_responder));
  if (staple.required) writer.Fact("staple required", YesNo(*staple.required));
  if (!staple.present.value_or(false)) {
    const bool unseen = staple.depth == 0 && !staple.present;
    writer.Fact("staple", (unseen ? "not seen. " : "none. ") + Explain(staple, now, policy).reason);
    return;
  }
  WriteJudgement(writer, staple.judgement, now);
}

// What was asked where, and how that went.
std::string ExchangeText(const CaExchange& exchange) {
  std::string text = exchange.url;
  if (exchange.http_status) text += ", HTTP " + std::to_string(*exchange.http_status);
  if (exchange.failure) {
    text += ", " + std::string(Describe(exchange.failure->reason).label);
    if (!exchange.failure->detail.empty()) text += " (" + exchange.failure->detail + ")";
  }
  if (exchange.duration) text += ", " + Seconds(*exchange.duration);
  return text;
}

std::string SaysText(const std::optional<RevocationStatus>& status) {
  return status ? std::string(Label(*status)) : std::string(kNothingBelievable);
}

// Of one scheme about one certificate: each URL that was tried.
template <typename Report>
void WriteAnswers(Writer& writer, std::string_view name, const std::vector<Report>& reports,
                  unsigned depth, sys_seconds now) {
  for (const Report& report : reports) {
    if (report.exchange.depth != depth) continue;
    writer.Fact(name, ExchangeText(report.exchange));
    if (!report.judgement) continue;
    writer.Fact("  says", StatusText(*report.judgement) + " (verdict " +
                              std::string(Describe(report.judgement->verdict).label) + ")");
    writer.Fact("  thisUpdate", report.judgement->this_update, now);
    writer.Fact("  nextUpdate", report.judgement->next_update, now);
  }
}

void WriteSchemes(Writer& writer, const Connection& connection, const SchemeComparison& schemes,
                  sys_seconds now) {
  const CrossCheck& check = *connection.cross_check;
  writer.Line("");
  writer.Line("Asked of the CA about the certificate at depth " + std::to_string(schemes.depth));
  writer.Fact("staple says", SaysText(schemes.staple));
  WriteAnswers(writer, "responder", check.responders, schemes.depth, now);
  WriteAnswers(writer, "CRL", check.crls, schemes.depth, now);
  if (schemes.staple_lag) {
    const bool ahead = schemes.staple_lag->count() < 0;
    writer.Fact(ahead ? "staple is newer by" : "staple lags by", DurationText(*schemes.staple_lag));
  }
  const CauseInfo& cause = Describe(CauseOf(connection, schemes));
  writer.Fact("it looks like", std::string(cause.sentence));
  if (!cause.remedy.empty()) writer.Fact("", std::string(cause.remedy));
}

void WriteCrossCheck(Writer& writer, const Connection& connection, sys_seconds now) {
  if (!connection.cross_check) return;
  if (connection.cross_check->chain_unverified) {
    writer.Line("");
    writer.Line(kCaNotAsked);
  }
  for (const SchemeComparison& schemes : connection.cross_check->schemes) {
    WriteSchemes(writer, connection, schemes, now);
  }
}

}  // namespace

std::string CheckText(const CheckReport& report, TextStyle style) {
  const sys_seconds now = report.result.now;
  const Explanation explanation = HeadlineOf(report).explanation;
  Writer writer(style);
  writer.Headline(report.exit_status, CleanText(report.target) + ": " + explanation.reason);
  writer.Line("");
  writer.Fact("module", report.module.name);
  writer.Fact("probed at", ToRfc3339(now));
  for (const Connection& connection : report.result.connections) {
    WriteCombination(writer, connection);
    WriteConnection(writer, connection);
    for (const StapleReport& staple : connection.staples) {
      WriteStaple(writer, connection, staple, now, report.module.staple.policy);
    }
    WriteCrossCheck(writer, connection, now);
  }
  if (report.result.combinations_skipped > 0) {
    writer.Line("");
    writer.Line("Not tried, beyond max_combinations: " +
                std::to_string(report.result.combinations_skipped) + ".");
  }
  writer.NextStep(explanation.remedy);
  return writer.Take();
}

std::string VerifyText(const VerifyReport& report, TextStyle style) {
  Writer writer(style);
  writer.Headline(ExitStatusOf(report.judgement), report.explanation.reason);
  writer.Line("");
  writer.Fact("judged at", ToRfc3339(report.now));
  if (report.opinion) writer.Fact("library's opinion", report.opinion->sentence);
  WriteJudgement(writer, report.judgement, report.now);
  writer.NextStep(report.explanation.remedy);
  return writer.Take();
}

}  // namespace stapling::exporter
