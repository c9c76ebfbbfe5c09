#include "tests/core/http/loopback_fetch.h"

#include <gtest/gtest.h>

namespace stapling::testing {

std::unique_ptr<HttpPeer> StartPeer(HttpPeerAnswer answer, std::vector<Certificate> chain) {
  return std::move(
             HttpPeer::Start({.answer = [=](const HttpPeerRequest& /*request*/) { return answer; },
                              .chain = std::move(chain)}))
      .value();
}

FetchRequest Get(const std::string& url) {
  return {.url = Url::Parse(url).value(),
          .phase = Phase::kResponder,
          .accept = "application/ocsp-response"};
}

FetchRequest Post(const std::string& url, const std::string& body) {
  FetchRequest request = Get(url);
  request.content_type = "application/ocsp-request";
  request.body = body;
  return request;
}

FetchSettings Settings() { return {.max_bytes = std::size_t{64} * 1024}; }

std::string Words(const FetchResult& result) {
  const std::string status = result.http_status ? std::to_string(*result.http_status) : "-";
  if (!result.failure) return status + ": " + std::string(result.body.begin(), result.body.end());
  EXPECT_EQ(result.failure->phase, Phase::kResponder);
  EXPECT_TRUE(result.body.empty()) << "a failure with a body";
  return std::string(Describe(result.failure->reason).label) + " " + status + ": " +
         result.failure->detail;
}

std::string FetchWords(const FetchRequest& request, const FetchSettings& settings,
                       std::chrono::milliseconds patience) {
  return Words(Fetch(request, settings, Deadline::After(patience)));
}

}  // namespace stapling::testing
