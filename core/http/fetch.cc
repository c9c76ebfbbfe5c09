#include "core/http/fetch.h"

#include "core/http/exchange.h"
#include "core/http/open_stream.h"
#include "core/x509/text.h"

namespace stapling {
namespace {

HttpAnswer Ask(const FetchRequest& request, const FetchSettings& settings, Deadline deadline) {
  auto opened = OpenStream(request.url, settings, request.phase, deadline);
  if (auto* failure = std::get_if<Failure>(&opened)) {
    HttpAnswer answer;
    answer.failure = std::move(*failure);
    return answer;
  }
  return Exchange(*std::get<std::unique_ptr<Stream>>(opened),
                  {.url = request.url,
                   .accept = request.accept,
                   .content_type = request.content_type,
                   .body = request.body},
                  settings.max_bytes, request.phase);
}

bool IsRedirect(unsigned status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Makes `request` what the redirect asks for; else says why not, in a clause.
std::optional<std::string> Follow(const HttpAnswer& answer, FetchRequest& request) {
  if (!answer.location) return "it names no other place";
  auto url = request.url.Resolve(*answer.location);
  if (!url) return "the other place: " + url.error();
  if (request.url.tls && !url->tls) return "it leads from https to http";
  const unsigned status = *answer.status;
  if (status == 303) {
    request.body.clear();
    request.content_type.clear();
  }
  if (!request.body.empty() && (status == 301 || status == 302)) {
    return "it does not say that a POST may be repeated";
  }
  request.url = std::move(*url);
  return std::nullopt;
}

std::string StatusText(const HttpAnswer& answer) {
  const std::string status = std::to_string(*answer.status);
  return answer.reason_phrase.empty() ? status : status + " " + answer.reason_phrase;
}

}  // namespace

FetchResult Fetch(const FetchRequest& request, const FetchSettings& settings, Deadline deadline) {
  FetchResult result;
  FetchRequest current = request;
  const auto fail = [&](Reason reason, const std::string& detail) {
    result.failure = Failure{request.phase, reason, CleanText(detail)};
  };
  for (unsigned redirects = 0; !result.failure; ++redirects) {
    HttpAnswer answer = Ask(current, settings, deadline);
    if (answer.status) result.http_status = answer.status;
    if (answer.failure) {
      // Where it came to, if that is not where it was sent.
      const std::string place = redirects == 0 ? "" : current.url.Text() + ": ";
      fail(answer.failure->reason, place + answer.failure->detail);
    } else if (answer.status == 200U) {
      result.body = std::move(answer.body);
      break;
    } else if (!IsRedirect(*answer.status)) {
      fail(Reason::kHttpStatus, StatusText(answer));
    } else if (redirects == settings.max_redirects) {
      fail(Reason::kBadRedirect, "more than " + std::to_string(settings.max_redirects));
    } else if (const auto objection = Follow(answer, current)) {
      fail(Reason::kBadRedirect, *objection);
    }
  }
  return result;
}

}  // namespace stapling
