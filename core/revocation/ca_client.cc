#include "core/revocation/ca_client.h"

#include <algorithm>
#include <utility>

#include "core/ocsp/request.h"
#include "core/ocsp/response.h"

namespace stapling {
namespace {

using Clock = std::chrono::steady_clock;

// Tens of megabytes take longer than a probe has.
constexpr std::chrono::milliseconds kCrlPatience = std::chrono::minutes(1);

CaAnswer BadUrl(Phase phase, const std::string& why) {
  CaAnswer answer;
  answer.failure = Failure{phase, Reason::kBadUrl, why};
  return answer;
}

FetchRequest OcspRequestOf(Url url, const Bytes& request) {
  FetchRequest fetch{
      .url = std::move(url), .phase = Phase::kResponder, .accept = "application/ocsp-response"};
  const auto path = OcspGetPath(fetch.url.path, request);
  Url get = fetch.url;
  if (path) get.path = *path;
  if (path && get.Text().size() <= kMaxOcspGetUrl) {
    fetch.url = std::move(get);
  } else {
    fetch.content_type = "application/ocsp-request";
    fetch.body.assign(request.begin(), request.end());
  }
  return fetch;
}

// What every answer says of the exchange.
CaAnswer AnswerOf(FetchResult& result, Clock::time_point start) {
  CaAnswer answer;
  answer.http_status = result.http_status;
  answer.failure = std::move(result.failure);
  answer.duration = Clock::now() - start;
  answer.at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return answer;
}

CaAnswer FetchOcsp(const FetchRequest& request, const FetchSettings& settings, Deadline deadline) {
  const auto start = Clock::now();
  FetchResult result = Fetch(request, settings, deadline);
  CaAnswer answer = AnswerOf(result, start);
  if (answer.failure) return answer;
  const DecodedResponse decoded = DecodeResponse(result.body);
  if (!decoded.well_formed) {
    answer.failure = Failure{Phase::kResponder, Reason::kProtocolError, "not an OCSP response"};
    return answer;
  }
  answer.useful = decoded.status == ResponseStatus::kSuccessful;
  for (const SingleResponse& single : decoded.singles) {
    if (!single.next_update) continue;
    answer.next_update =
        std::min(answer.next_update.value_or(*single.next_update), *single.next_update);
  }
  answer.ocsp_response = std::move(result.body);
  return answer;
}

CaAnswer FetchCrl(const FetchRequest& request, const FetchSettings& settings, Deadline deadline) {
  const auto start = Clock::now();
  FetchResult result = Fetch(request, settings, deadline);
  CaAnswer answer = AnswerOf(result, start);
  if (answer.failure) return answer;
  answer.crl = Crl::Decode(std::move(result.body));
  if (!answer.crl) {
    answer.failure = Failure{Phase::kCrl, Reason::kProtocolError, "not a CRL"};
    return answer;
  }
  answer.useful = true;
  answer.next_update = answer.crl->next_update();
  return answer;
}

}  // namespace

CaClient::CaClient(const Module& module, std::shared_ptr<const TrustStore> trust_store,
                   const ResolverSettings& resolver, const TargetPolicy& policy)
    : settings_{.proxy = module.cross_check.proxy,
                .preferred_ip_protocol = module.preferred_ip_protocol,
                .ip_protocol_fallback = module.ip_protocol_fallback,
                .source_ip_address = module.source_ip_address,
                .resolver = resolver,
                .policy = policy,
                .trust_store = std::move(trust_store)},
      cross_check_(module.cross_check),
      timeout_(module.timeout) {}

// Whoever goes another way may see another CA.
CaQuestion CaClient::MakeQuestion(CaScheme scheme, const std::string& url,
                                  const std::string& rest) const {
  const auto& proxy = settings_.proxy;
  const std::string way = proxy ? PrintProxyUrl(*proxy) + " " +
                                      std::to_string(std::hash<std::string>()(proxy->password))
                                : "";
  return {.scheme = scheme,
          .key = url + "\n" + way + "\n" + settings_.source_ip_address + "\n" + rest,
          .min_interval = cross_check_.min_interval,
          .patience = timeout_,
          .fetch = {}};
}

CaQuestion CaClient::AskResponder(const std::string& url, X509* certificate, X509* issuer) const {
  const Bytes request = EncodeOcspRequest(certificate, issuer);
  CaQuestion question =
      MakeQuestion(CaScheme::kOcsp, url, std::string(request.begin(), request.end()));
  FetchSettings settings = settings_;
  settings.max_bytes = kMaxOcspResponse;
  question.fetch = [url, request, settings = std::move(settings)](Deadline deadline) {
    auto parsed = Url::Parse(url);
    if (!parsed) return BadUrl(Phase::kResponder, parsed.error());
    return FetchOcsp(OcspRequestOf(std::move(*parsed), request), settings, deadline);
  };
  return question;
}

CaQuestion CaClient::AskForCrl(const std::string& url) const {
  CaQuestion question =
      MakeQuestion(CaScheme::kCrl, url, std::to_string(cross_check_.max_crl_bytes));
  question.patience = std::max(timeout_, kCrlPatience);
  FetchSettings settings = settings_;
  settings.max_bytes = cross_check_.max_crl_bytes;
  question.fetch = [url, settings = std::move(settings)](Deadline deadline) {
    auto parsed = Url::Parse(url);
    if (!parsed) return BadUrl(Phase::kCrl, parsed.error());
    return FetchCrl({.url = std::move(*parsed),
                     .phase = Phase::kCrl,
                     .accept = "application/pkix-crl, */*;q=0.1"},
                    settings, deadline);
  };
  return question;
}

}  // namespace stapling
