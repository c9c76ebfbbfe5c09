#include "exporter/web/web_gate.h"

namespace stapling::exporter {
namespace {

std::optional<Credentials> CredentialsOf(const Request& request) {
  const auto header = request.Header("Authorization");
  return header ? ParseBasicCredentials(*header) : std::nullopt;
}

Response Unauthorized() {
  Response response = TextResponse(401, "Unauthorized");
  response.headers.emplace_back("WWW-Authenticate",
                                R"(Basic realm="ocsp_stapling_exporter", charset="UTF-8")");
  return response;
}

}  // namespace

Gate::Admission WebGate::Look(const Request& request) {
  const auto security = current_();
  if (!limiter_.Allow(security->config.rate_limit, RateLimiter::Clock::now())) {
    return TextResponse(429, "Too Many Requests");
  }
  if (!security->basic_auth) return Admitted{};
  const auto credentials = CredentialsOf(request);
  if (!credentials) return Unauthorized();
  switch (security->basic_auth->Recall(*credentials)) {
    case BasicAuth::Memory::kRight:
      return Admitted{};
    case BasicAuth::Memory::kWrong:
      return Unauthorized();
    case BasicAuth::Memory::kNone:
      break;
  }
  return Undecided{};
}

std::optional<Response> WebGate::Examine(const Request& request) {
  const auto security = current_();
  if (!security->basic_auth) return std::nullopt;
  const auto credentials = CredentialsOf(request);
  if (credentials && security->basic_auth->Check(*credentials)) return std::nullopt;
  return Unauthorized();
}

HeaderList WebGate::Headers() { return current_()->config.headers; }

}  // namespace stapling::exporter
