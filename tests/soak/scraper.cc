#include "tests/soak/scraper.h"

#include <poll.h>

#include <algorithm>

#include "tests/support/http_get.h"

namespace stapling::testing {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kTimeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds";
// Longer than any probe may take.
constexpr std::chrono::seconds kPatience{90};

constexpr unsigned kScrapesOfAConnection = 20;  // on average
constexpr unsigned kFreshConnections = 3;       // one scrape in so many
constexpr unsigned kDebugs = 20;
constexpr unsigned kVanishings = 100;
constexpr int kVanishWithin = 20;  // milliseconds

std::vector<unsigned> WeightsOf(const std::vector<Target>& targets) {
  std::vector<unsigned> weights;
  for (const Target& target : targets) weights.push_back(target.weight);
  return weights;
}

HttpRequest RequestFor(const Target& target) {
  HttpRequest request{.path = "/probe?" + target.query, .timeout = kPatience};
  if (!target.timeout.empty()) request.headers.emplace_back(kTimeoutHeader, target.timeout);
  return request;
}

bool Closes(const HttpResponse& answer) {
  const auto header = answer.headers.find("connection");
  return header != answer.headers.end() && header->second == "close";
}

// What is worst comes first.
std::string Fault(const Outcome& seen, const Target& target) {
  if (seen.verdict == "good" || seen.success == true) {
    const bool may_be_good = std::ranges::any_of(target.outcomes, [&](const Outcome& outcome) {
      return outcome.success == seen.success && outcome.verdict == seen.verdict;
    });
    if (!may_be_good) return "a false good";
  }
  return target.kind == Kind::kHealthy ? "a false alarm" : "not what was expected";
}

}  // namespace

Scraper::Scraper(std::uint16_t port, const std::vector<Target>& targets, Tally& tally,
                 unsigned seed)
    : port_(port), targets_(targets), tally_(tally), random_(seed) {
  const std::vector<unsigned> weights = WeightsOf(targets);
  choice_ = {weights.begin(), weights.end()};
}

bool Scraper::OneIn(unsigned count) { return random_() % count == 0; }

bool Scraper::Connect() {
  auto connected = ConnectTcp("127.0.0.1", port_, kPatience);
  if (connected) kept_ = std::move(connected).value();
  return connected.ok();
}

void Scraper::ScrapeOnce() {
  const Target& target = targets_[choice_(random_)];
  if (OneIn(kVanishings)) {
    Vanish(target);
    return;
  }
  HttpRequest request = RequestFor(target);
  request.port = port_;
  if (OneIn(kDebugs)) request.path += "&debug=true";
  const bool fresh = OneIn(kFreshConnections);
  if (!fresh && (!kept_.valid() || OneIn(kScrapesOfAConnection)) && !Connect()) {
    tally_.Complain("the exporter takes no connection");
    return;
  }
  const std::size_t settled = target.turns == nullptr ? 0 : target.turns->settled();
  const auto start = Clock::now();
  const Result<HttpResponse> answer = fresh ? SendHttp(request) : SendHttp(kept_, request);
  const auto took = std::chrono::ceil<std::chrono::microseconds>(Clock::now() - start);
  if (!answer || Closes(*answer)) kept_.Close();
  bool right = answer.ok();
  if (answer) {
    Judge(target, *answer, settled, right);
  } else {
    tally_.Complain(target.name + ": " + answer.error());
  }
  tally_.Count(target, took, right);
}

void Scraper::Judge(const Target& target, const HttpResponse& answer, std::size_t settled,
                    bool& right) {
  const Outcome seen = ReadOutcome(answer);
  const std::vector<Outcome>& outcomes = target.outcomes;
  if (target.turns == nullptr) {
    right = std::ranges::find(outcomes, seen) != outcomes.end();
  } else {
    right = false;
    const std::size_t last = target.turns->begun();
    for (std::size_t turn = settled; turn <= last && !right; ++turn) {
      right = outcomes[turn % outcomes.size()] == seen;
    }
  }
  if (right) return;
  tally_.Complain(target.name + ", " + Fault(seen, target) + ": " + Words(seen) + "\n" +
                  answer.body);
}

// Nobody reads the answer, if there is one: the connection is closed, or reset, at once or a moment
// later.
void Scraper::Vanish(const Target& target) {
  tally_.CountVanished();
  auto socket = ConnectTcp("127.0.0.1", port_, kPatience);
  if (!socket) {
    tally_.Complain("the exporter takes no connection");
    return;
  }
  std::string text = "GET /probe?" + target.query + " HTTP/1.1\r\nHost: exporter.test\r\n";
  if (!target.timeout.empty()) {
    text.append(kTimeoutHeader).append(": ").append(target.timeout).append("\r\n");
  }
  SendAll(socket->get(), ToBytes(text + "\r\n"));
  pollfd answer{.fd = socket->get(), .events = POLLIN, .revents = 0};
  poll(&answer, 1, static_cast<int>(random_() % kVanishWithin));
  if (OneIn(2)) socket->ResetOnClose();
}

}  // namespace stapling::testing
