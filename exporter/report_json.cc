#include "exporter/report_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>

#include "core/x509/text.h"
#include "core/x509/time.h"
#include "exporter/cause.h"
#include "exporter/explanation.h"
#include "exporter/lifetime.h"

namespace stapling::exporter {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::sys_seconds;

template <typename T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json OrNull(const std::optional<sys_seconds>& instant) {
  return instant ? Json(ToRfc3339(*instant)) : Json(nullptr);
}

template <typename T>
Json LabelOrNull(const std::optional<T>& value) {
  return value ? Json(std::string(Label(*value))) : Json(nullptr);
}

Json TextOrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json ChecksObject(const CheckResults& checks) {
  Json object = Json::object();
  for (const CheckInfo& info : Checks())
    object[std::string(info.label)] = OrNull(checks[info.check]);
  return object;
}

Json RevocationReason(const std::optional<long>& code) {
  return code ? Json(std::string(RevocationReasonLabel(*code))) : Json(nullptr);
}

// Adds what a judgement says; without a staple all of it is null but the verdict.
void AddJudgement(Json& object, const Judgement& judgement, bool present, sys_seconds now) {
  const auto remaining = LifetimeOf(judgement, now).remaining;
  object["valid"] = present ? Json(judgement.valid) : Json(nullptr);
  object["response_status"] = LabelOrNull(judgement.response_status);
  object["certificate_status"] = LabelOrNull(judgement.certificate_status);
  object["serial"] = TextOrNull(judgement.serial);
  object["signer"] = LabelOrNull(judgement.signer);
  object["this_update"] = OrNull(judgement.this_update);
  object["next_update"] = OrNull(judgement.next_update);
  object["produced_at"] = OrNull(judgement.produced_at);
  object["effective_expiry"] = OrNull(judgement.effective_expiry);
  object["remaining_seconds"] = remaining ? Json(remaining->count()) : Json(nullptr);
  object["revoked_at"] = OrNull(judgement.revoked_at);
  object["revocation_reason"] = RevocationReason(judgement.revocation_reason);
  object["checks"] = ChecksObject(judgement.checks);
}

void AddExplanation(Json& object, const Explanation& explanation) {
  object["reason"] = explanation.reason;
  object["remedy"] = TextOrNull(explanation.remedy);
}

Json StapleObject(const StapleReport& staple, sys_seconds now, const JudgePolicy& policy) {
  Json object;
  object["depth"] = staple.depth;
  object["present"] = OrNull(staple.present);
  object["required"] = OrNull(staple.required);
  object["expected"] = OrNull(staple.expected);
  // Where there is no place for a staple, or nobody came to see it, none is missing.
  object["verdict"] =
      staple.present ? Json(std::string(Describe(staple.judgement.verdict).label)) : Json(nullptr);
  AddJudgement(object, staple.judgement, staple.present.value_or(false), now);
  AddExplanation(object, Explain(staple, now, policy));
  return object;
}

// What was asked for, where the module varies it; else what was agreed.
Json TlsVersionOf(const Connection& connection) {
  const auto asked = connection.combination.tls_version;
  return asked ? Json(std::string(Label(*asked))) : TextOrNull(connection.handshake.version);
}

Json KeyTypeOf(const Connection& connection) {
  if (const auto asked = connection.combination.key_type) return std::string(Label(*asked));
  const Handshake& handshake = connection.handshake;
  if (handshake.chain.empty() || !handshake.chain.front().certificate) return nullptr;
  const EVP_PKEY* key = X509_get0_pubkey(handshake.chain.front().certificate.get());
  const char* name = key == nullptr ? nullptr : EVP_PKEY_get0_type_name(key);
  if (name == nullptr) return nullptr;
  std::string type(name);
  if (type == "EC") return "ecdsa";
  if (type.starts_with("RSA")) return "rsa";
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return type;
}

Json TimingsObject(const Connection& connection) {
  Json object = Json::object();
  for (const auto& [phase, duration] : connection.phases) {
    const std::string label(Describe(phase).label);
    object[label] = object.value(label, 0.0) + duration.count();
  }
  return object;
}

Json ExchangeObject(const CaExchange& exchange) {
  Json object;
  object["depth"] = exchange.depth;
  object["url"] = CleanText(exchange.url);
  object["up"] = exchange.up;
  object["http_status"] = OrNull(exchange.http_status);
  object["failure"] = exchange.failure ? Json(std::string(Describe(exchange.failure->reason).label))
                                       : Json(nullptr);
  object["duration_seconds"] = exchange.duration ? Json(exchange.duration->count()) : Json(nullptr);
  object["cache_age_seconds"] =
      exchange.cache_age ? Json(exchange.cache_age->count()) : Json(nullptr);
  return object;
}

Json ResponderObject(const ResponderReport& report, sys_seconds now) {
  Json object = ExchangeObject(report.exchange);
  const Judgement judgement = report.judgement.value_or(Judgement{});
  object["verdict"] =
      report.judgement ? Json(std::string(Describe(judgement.verdict).label)) : Json(nullptr);
  AddJudgement(object, judgement, report.judgement.has_value(), now);
  return object;
}

Json CrlObject(const CrlReport& report) {
  Json object = ExchangeObject(report.exchange);
  const CrlJudgement judgement = report.judgement.value_or(CrlJudgement{});
  const bool judged = report.judgement.has_value();
  object["verdict"] = judged ? Json(std::string(Describe(judgement.verdict).label)) : Json(nullptr);
  object["valid"] = judged ? Json(judgement.valid) : Json(nullptr);
  object["revoked"] = OrNull(judgement.revoked);
  object["this_update"] = OrNull(judgement.this_update);
  object["next_update"] = OrNull(judgement.next_update);
  object["revoked_at"] = OrNull(judgement.revoked_at);
  object["revocation_reason"] = RevocationReason(judgement.revocation_reason);
  return object;
}

Json SchemesObject(const Connection& connection, const SchemeComparison& schemes) {
  const CauseInfo& cause = Describe(CauseOf(connection, schemes));
  Json object;
  object["depth"] = schemes.depth;
  object["staple"] = LabelOrNull(schemes.staple);
  object["responder"] = LabelOrNull(schemes.responder);
  object["crl"] = LabelOrNull(schemes.crl);
  object["agreement"] = OrNull(schemes.agreement());
  object["staple_lag_seconds"] =
      schemes.staple_lag ? Json(schemes.staple_lag->count()) : Json(nullptr);
  object["cause"] = std::string(cause.label);
  AddExplanation(object, {std::string(cause.sentence), std::string(cause.remedy)});
  return object;
}

// Null where the CA was not to be asked.
Json CrossCheckObject(const Connection& connection, sys_seconds now) {
  if (!connection.cross_check) return nullptr;
  const CrossCheck& check = *connection.cross_check;
  Json object;
  object["chain_verified"] = !check.chain_unverified;
  object["responders"] = Json::array();
  object["crls"] = Json::array();
  object["schemes"] = Json::array();
  for (const ResponderReport& report : check.responders) {
    object["responders"].push_back(ResponderObject(report, now));
  }
  for (const CrlReport& report : check.crls) object["crls"].push_back(CrlObject(report));
  for (const SchemeComparison& schemes : check.schemes) {
    object["schemes"].push_back(SchemesObject(connection, schemes));
  }
  return object;
}

Json FailureObject(const std::optional<Failure>& failure) {
  if (!failure) return nullptr;
  return {{"phase", std::string(Describe(failure->phase).label)},
          {"reason", std::string(Describe(failure->reason).label)}};
}

Json ConnectionObject(const Connection& connection, sys_seconds now, const JudgePolicy& policy) {
  const Handshake& handshake = connection.handshake;
  Json object;
  object["address"] = connection.address ? Json(connection.address->ToString()) : Json(nullptr);
  object["tls_version"] = TlsVersionOf(connection);
  object["key_type"] = KeyTypeOf(connection);
  object["failure"] = FailureObject(connection.failure);
  object["unsupported"] = connection.unsupported
                              ? Json(std::string(Describe(connection.unsupported->reason).label))
                              : Json(nullptr);
  object["chain_valid"] =
      handshake.chain_checked ? Json(!handshake.chain_error.has_value()) : Json(nullptr);
  object["hostname_valid"] = OrNull(connection.hostname_valid);
  object["attempts"] = connection.attempts.made;
  object["attempts_stapled"] = connection.attempts.stapled;
  object["distinct_staples"] = connection.attempts.distinct;
  object["timings"] = TimingsObject(connection);
  object["cross_check"] = CrossCheckObject(connection, now);
  object["staples"] = Json::array();
  for (const StapleReport& staple : connection.staples) {
    object["staples"].push_back(StapleObject(staple, now, policy));
  }
  return object;
}

// What is not UTF-8, such as a target from the command line, is replaced rather than thrown at.
std::string Print(const Json& json, JsonLayout layout) {
  return json.dump(layout == JsonLayout::kIndented ? 2 : -1, ' ', false,
                   Json::error_handler_t::replace) +
         "\n";
}

}  // namespace

std::string CheckJson(const CheckReport& report, JsonLayout layout) {
  const ProbeResult& result = report.result;
  Json object;
  object["target"] = report.target;
  object["hostname"] = TextOrNull(report.hostname);
  object["module"] = report.module.name;
  object["success"] = result.success;
  object["exit_status"] = static_cast<int>(report.exit_status);
  object["failure"] = FailureObject(result.failure());
  object["combinations_skipped"] = result.combinations_skipped;
  object["probes"] = Json::array();
  for (const Connection& connection : result.connections) {
    object["probes"].push_back(
        ConnectionObject(connection, result.now, report.module.staple.policy));
  }
  return Print(object, layout);
}

std::string VerifyJson(const VerifyReport& report) {
  Json object;
  object["depth"] = nullptr;
  object["present"] = true;
  object["required"] = nullptr;
  object["expected"] = nullptr;
  object["verdict"] = std::string(Describe(report.judgement.verdict).label);
  AddJudgement(object, report.judgement, true, report.now);
  AddExplanation(object, report.explanation);
  if (report.opinion) object["accepted_by_library"] = report.opinion->accepted;
  return Print(object, JsonLayout::kIndented);
}

}  // namespace stapling::exporter
