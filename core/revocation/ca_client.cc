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

// What the body of a 200 is made of.
using Read = void (*)(Bytes body, CaAnswer& answer);

void ReadOcsp(Bytes body, CaAnswer& answer) {
  const DecodedResponse decoded = DecodeResponse(body);
  if (!decoded.well_formed) {
    answer.failure = Failure{Phase::kResponder, Reason::kProtocolError, "not an OCSP response"};
    return;
  }
  answer.useful = decoded.status == ResponseStatus::kSuccessful;
  for (const SingleResponse& single : decoded.singles) {
    if (!single.next_update) continue;
    answer.next_update =
        std::min(answer.next_update.value_or(*single.next_update), *single.next_update);
  }
  answer.ocsp_response = std::move(body);
}

void ReadCrl(Bytes body, CaAnswer& answer) {
  answer.crl = Crl::Decode(std::move(body));
  if (!answer.crl) {
    answer.failure = Failure{Phase::kCrl, Reason::kProtocolError, "not a CRL"};
    return;
  }
  answer.useful = true;
  answer.next_update = answer.crl->next_update();
}

CaAnswer ExchangeWith(const FetchRequest& request, const FetchSettings& settings, Deadline deadline,
                      Read read) {
  const auto start = Clock::now();
  FetchResult result = Fetch(request, settings, deadline);
  CaAnswer answer;
  answer.http_status = result.http_status;
  answer.failure = std::move(result.failure);
  answer.duration = Clock::now() - start;
  answer.at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (!answer.failure) read(std::move(result.body), answer);
  return answer;
}

}  // namespace

CaClient::CaClient(const Module& module, std::shared_ptr<const TrustStore> trust_store,
                   const ResolverSettings& resolver, const TargetPolicy& policy)
    : min_interval_(module.cross_check.min_interval), timeout_(module.timeout) {
  FetchSettings settings{.max_bytes = kMaxOcspResponse,
                         .proxy = module.cross_check.proxy,
                         .preferred_ip_protocol = module.preferred_ip_protocol,
                         .ip_protocol_fallback = module.ip_protocol_fallback,
                         .source_ip_address = module.source_ip_address,
                         .resolver = resolver,
                         .policy = policy,
                         .trust_store = std::move(trust_store)};
  ocsp_settings_ = std::make_shared<const FetchSettings>(settings);
  settings.max_bytes = module.cross_check.max_crl_bytes;
  crl_settings_ = std::make_shared<const FetchSettings>(std::move(settings));
  if (const auto& proxy = module.cross_check.proxy) {
    way_ = PrintProxyUrl(*proxy) + " " + std::to_string(std::hash<std::string>()(proxy->password));
  }
  way_ += "\n" + module.source_ip_address + "\n" + module.tls.ca_file + "\n" +
          std::to_string(static_cast<int>(module.preferred_ip_protocol)) +
          (module.ip_protocol_fallback ? "+" : "");
}

CaQuestion CaClient::AskResponder(const std::string& url, X509* certificate, X509* issuer) const {
  const Bytes request = EncodeOcspRequest(certificate, issuer);
  return {.scheme = CaScheme::kOcsp,
          .key = url + "\n" + way_ + "\n" + std::string(request.begin(), request.end()),
          .min_interval = min_interval_,
          .patience = timeout_,
          .fetch = [url, request, settings = ocsp_settings_](Deadline deadline) {
            auto parsed = Url::Parse(url);
            if (!parsed) return BadUrl(Phase::kResponder, parsed.error());
            return ExchangeWith(OcspRequestOf(std::move(*parsed), request), *settings, deadline,
                                ReadOcsp);
          }};
}

CaQuestion CaClient::AskForCrl(const std::string& url) const {
  return {.scheme = CaScheme::kCrl,
          .key = url + "\n" + way_ + "\n" + std::to_string(crl_settings_->max_bytes),
          .min_interval = min_interval_,
          .patience = std::max(timeout_, kCrlPatience),
          .fetch = [url, settings = crl_settings_](Deadline deadline) {
            auto parsed = Url::Parse(url);
            if (!parsed) return BadUrl(Phase::kCrl, parsed.error());
            return ExchangeWith({.url = std::move(*parsed),
                                 .phase = Phase::kCrl,
                                 .accept = "application/pkix-crl, */*;q=0.1"},
                                *settings, deadline, ReadCrl);
          }};
}

}  // namespace stapling
