// Requests that were made to harm: each gets its answer and no second one, and the exporter is what
// it was. The table is of whole connections: what is sent at once, and what comes back.

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "tests/exporter/http/client.h"
#include "tests/integration/scrape.h"
#include "tests/integration/siege.h"

namespace stapling::testing {
namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace)

struct HostileRequest {
  const char* name;
  std::string bytes;
  std::vector<int> statuses;  // of all answers, in order
  bool stays_open = false;    // for a further request; else the exporter closes
};

const std::string kHost = "Host: a\r\n";

// A request line with these header lines.
std::string Get(const std::string& target, const std::string& lines = {}) {
  return "GET " + target + " HTTP/1.1\r\n" + kHost + lines + "\r\n";
}

std::string Post(const std::string& lines, const std::string& body) {
  return "POST /-/reload HTTP/1.1\r\n" + kHost + lines + "\r\n" + body;
}

std::string Repeated(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

// What a front end that reads the request in another way would take for a request of its own.
const std::string kSmuggled = Get("/metrics");

std::vector<HostileRequest> Smuggling() {
  const std::string chunked = "0\r\n\r\n" + kSmuggled;
  return {
      {"two_lengths", Post("Content-Length: 0\r\nContent-Length: 44\r\n", kSmuggled), {400}},
      {"two_lengths_in_one", Post("Content-Length: 0, 44\r\n", kSmuggled), {400}},
      {"length_and_coding",
       Post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", chunked),
       {400}},
      {"coding_and_length",
       Post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", chunked),
       {400}},
      {"coding", Post("Transfer-Encoding: chunked\r\n", chunked), {411}},
      {"coding_that_nobody_knows", Post("Transfer-Encoding: xchunked\r\n", chunked), {411}},
      {"coding_behind_a_space", Post("Transfer-Encoding : chunked\r\n", chunked), {400}},
      {"coding_behind_a_tab", Post("Transfer-Encoding\t: chunked\r\n", chunked), {400}},
      {"coding_folded", Post("X: y\r\n Transfer-Encoding: chunked\r\n", chunked), {400}},
      {"coding_after_bare_lf", Post("X: y\nTransfer-Encoding: chunked\r\n", chunked), {400}},
      {"coding_after_bare_cr", Post("X: y\rTransfer-Encoding: chunked\r\n", chunked), {400}},
      {"coding_after_nul", Post("X: y\0Transfer-Encoding: chunked\r\n"s, chunked), {400}},
      {"length_negative", Post("Content-Length: -1\r\n", kSmuggled), {400}},
      {"length_with_sign", Post("Content-Length: +0\r\n", kSmuggled), {400}},
      {"length_in_hexadecimal", Post("Content-Length: 0x0\r\n", kSmuggled), {400}},
      {"length_empty", Post("Content-Length:\r\n", kSmuggled), {400}},
      {"length_beyond_any_integer",
       Post("Content-Length: 99999999999999999999\r\n", kSmuggled),
       {413}},
      {"length_that_wraps", Post("Content-Length: 18446744073709551616\r\n", kSmuggled), {413}},
      {"request_within_a_body",
       Post("Content-Length: " + std::to_string(kSmuggled.size()) + "\r\n", kSmuggled),
       {403},
       true},
      {"request_within_the_body_of_a_get",
       Get("/-/healthy", "Content-Length: " + std::to_string(kSmuggled.size()) + "\r\n") +
           kSmuggled,
       {200},
       true},
      {"bare_lf_everywhere", "GET /metrics HTTP/1.1\nHost: a\n\n", {400}},
      {"upgrade",
       Get("/-/healthy", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"),
       {200},
       true},
  };
}

std::vector<HostileRequest> Forms() {
  return {
      {"http_0_9", "GET /metrics\r\n\r\n", {400}},
      {"http_9_9", "GET /metrics HTTP/9.9\r\nHost: a\r\n\r\n", {505}},
      {"http_2_preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {505}},
      {"version_in_small_letters", "GET /metrics http/1.1\r\nHost: a\r\n\r\n", {400}},
      {"no_host", "GET /metrics HTTP/1.1\r\n\r\n", {400}},
      {"two_hosts", Get("/metrics", "Host: b\r\n"), {400}},
      {"absolute_form", Get("http://elsewhere.test:9/-/healthy"), {200}, true},
      {"absolute_form_of_another_scheme", Get("file:///etc/passwd"), {400}},
      {"authority_form", "CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: a\r\n\r\n", {400}},
      {"asterisk_form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", {404}, true},
      {"unknown_method", "BREW /metrics HTTP/1.1\r\nHost: a\r\n\r\n", {405}, true},
      {"trace", "TRACE /metrics HTTP/1.1\r\nHost: a\r\nCookie: secret\r\n\r\n", {405}, true},
      {"method_in_small_letters", "get /metrics HTTP/1.1\r\nHost: a\r\n\r\n", {405}, true},
      {"method_of_ten_thousand_letters", std::string(10000, 'G') + " / HTTP/1.1\r\n\r\n", {414}},
      {"two_spaces", "GET  /metrics HTTP/1.1\r\nHost: a\r\n\r\n", {400}},
      {"tab_for_a_space", "GET\t/metrics\tHTTP/1.1\r\nHost: a\r\n\r\n", {400}},
      {"nul_in_the_target", "GET /metrics\0 HTTP/1.1\r\nHost: a\r\n\r\n"s, {400}},
      {"tls", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, {400}},
      {"noise", "\xde\xad\xbe\xef"s, {400}},
      {"nothing_but_empty_lines", Repeated(20000, "\r\n"), {431}},
      {"header_without_a_colon", Get("/metrics", "X\r\n"), {400}},
      {"header_without_a_name", Get("/metrics", ": x\r\n"), {400}},
      {"way_up", Get("/../../etc/passwd"), {404}, true},
      {"way_up_encoded", Get("/%2e%2e/%2e%2e/etc/passwd"), {404}, true},
      {"path_with_a_nul", Get("/metrics%00"), {404}, true},
      {"path_with_two_slashes", Get("//metrics"), {404}, true},
      {"broken_escape", Get("/probe?target=%zz"), {400}},
      {"expectation", Get("/metrics", "Expect: 200-ok\r\n"), {417}},
  };
}

std::vector<HostileRequest> Sizes(const std::string& healthy) {
  const std::string headers = "X: y\r\n";
  std::string range = "Range: bytes=";
  for (int i = 0; i < 1000; ++i) range += std::to_string(i) + "-" + std::to_string(i) + ",";
  return {
      {"endless_request_line", "GET /" + std::string(1 << 20, 'x'), {414}},
      {"endless_header", Get("/metrics", "X: " + std::string(1 << 20, 'x')), {431}},
      {"endless_header_name", Get("/metrics", std::string(1 << 20, 'x')), {431}},
      {"ten_thousand_headers", Get("/metrics", Repeated(10000, headers)), {431}},
      {"headers_up_to_the_bound", Get("/-/healthy", Repeated(199, headers)), {200}, true},
      {"headers_beyond_the_bound", Get("/-/healthy", Repeated(200, headers)), {431}},
      {"range_of_a_thousand_parts", Get("/metrics", range + "1-1\r\n"), {200}, true},
      {"huge_query", Get("/-/healthy?" + std::string(8000, 'q')), {200}, true},
      {"huge_query_of_a_probe",
       Get("/probe?" + healthy + "&x=" + std::string(7000, '+')),
       {200},
       true},
      {"two_thousand_parameters", Get("/probe?" + healthy + Repeated(2000, "&a")), {200}, true},
      {"two_thousand_targets", Get("/probe?" + Repeated(600, "target=b.t&")), {400}, true},
      {"four_thousand_ampersands", Get("/probe?" + Repeated(4000, "&") + healthy), {200}, true},
      {"deep_escapes", Get("/probe?target=" + Repeated(2000, "%25")), {400}, true},
      {"body_too_large", Post("Content-Length: 65537\r\n", std::string(65537, 'b')), {413}},
      {"body_for_a_get",
       Get("/-/healthy", "Content-Length: 65536\r\n") + std::string(65536, 'b'),
       {200},
       true},
  };
}

std::vector<HostileRequest> Pipelines(const std::string& healthy) {
  const std::string ready = Get("/-/ready");
  const std::string probe = Get("/probe?" + healthy);
  return {
      {"three_in_one_segment", probe + Get("/metrics") + ready, {200, 200, 200}, true},
      {"two_hundred_in_one_segment", Repeated(200, ready), std::vector<int>(200, 200), true},
      {"probes_in_one_segment", Repeated(8, probe), std::vector<int>(8, 200), true},
      {"nothing_behind_a_malformed_one", ready + "GET /\r\n\r\n" + ready, {200, 400}},
      {"nothing_behind_a_last_one",
       ready + Get("/-/ready", "Connection: close\r\n") + ready,
       {200, 200}},
      {"half_a_request_behind_a_whole_one", ready + "GET /-/re", {200}, true},
  };
}

class HostileRequestTest : public ::testing::Test {
 protected:
  HostileRequestTest() : server_(StartHealthyServer(site_)) {
    auto exporter = Exporter::Start(ModuleTrusting(site_.CaFile()), {"--log.level=debug"});
    EXPECT_TRUE(exporter) << exporter.error();
    if (exporter) exporter_ = std::move(exporter).value();
  }
  void SetUp() override {
    ASSERT_NE(server_, nullptr);
    ASSERT_NE(exporter_, nullptr);
  }

  [[nodiscard]] std::string Healthy() const { return "target=" + server_->Target(); }

  void Send(const HostileRequest& row) const {
    Client client(exporter_->port());
    static_cast<void>(client.Send(row.bytes));  // the exporter may have closed before its end
    for (const int status : row.statuses) {
      const auto reply = client.Receive();
      ASSERT_TRUE(reply) << "no answer";
      EXPECT_EQ(reply->status, status) << reply->body;
      EXPECT_EQ(reply->Header("x-content-type-options"), "nosniff");
      EXPECT_EQ(reply->headers.count("x-injected"), 0U);
    }
    if (!row.stays_open) {
      EXPECT_TRUE(client.Closed()) << "a further answer, or an open connection";
    } else if (std::string_view(row.bytes).ends_with("\r\n\r\n")) {
      const auto next = client.Get("/-/healthy");
      ASSERT_TRUE(next);
      EXPECT_EQ(next->body, "Healthy.\n") << "an answer to something else";
    }
  }

  void Besiege(const char* name, const std::vector<HostileRequest>& rows) {
    Siege siege(*exporter_, {.name = name,
                             .ask = [&](const std::string& path) { return exporter_->Get(path); },
                             .healthy = Healthy()});
    for (const HostileRequest& row : rows) {
      siege.Attack(row.name, [&] { Send(row); });
    }
  }

  // No byte of a request begins a line of the log.
  void ExpectWholeLogLines() const {
    std::istringstream log(exporter_->process().Errors());
    for (std::string line; std::getline(log, line);) {
      EXPECT_TRUE(line.starts_with("ts=")) << line;
    }
  }

  const Site site_;
  std::unique_ptr<TlsServer> server_;
  std::unique_ptr<Exporter> exporter_;
};

TEST_F(HostileRequestTest, AreReadInOneWayOnly) {
  Besiege("smuggling", Smuggling());
  ExpectWholeLogLines();
}

TEST_F(HostileRequestTest, OfEveryFormGetOneAnswer) {
  Besiege("forms", Forms());
  ExpectWholeLogLines();
}

TEST_F(HostileRequestTest, OfEverySizeAreBounded) { Besiege("sizes", Sizes(Healthy())); }

TEST_F(HostileRequestTest, InOneSegmentAreAnsweredInTurn) {
  Besiege("pipelines", Pipelines(Healthy()));
}

// Whatever a parameter holds, it neither ends a header nor a line of the log.
TEST_F(HostileRequestTest, InjectNothing) {
  const std::string line = "ts=2026 level=error msg=forged";
  std::vector<HostileRequest> rows;
  for (const std::string injected :
       {"%0d%0aX-Injected:%20yes", "%0aX-Injected:%20yes", "%0d%0a%0d%0aHTTP/1.1%20200%20OK%0d%0a",
        "%00", "%E2%80%A8X-Injected:%20yes", "%C0%8D%C0%8AX-Injected:%20yes", "%25%30%64%25%30%61",
        "%1b%5b2J", "%0ats=2026%20level=error%20msg=forged"}) {
    const std::string target = "target=" + server_->Target();
    rows.push_back({"target", Get("/probe?" + target + injected), {400}, true});
    rows.push_back({"hostname", Get("/probe?" + target + "&hostname=a" + injected), {400}, true});
    rows.push_back({"module", Get("/probe?" + target + "&module=test" + injected), {400}, true});
    rows.push_back({"id", Get("/logs?id=" + injected), {404}, true});
    rows.push_back({"path", Get("/" + injected), {404}, true});
    rows.push_back({"path_of_a_probe", Get("/probe" + injected + "?" + target), {404}, true});
  }
  rows.push_back({"timeout",
                  Get("/probe?" + Healthy(), "X-Prometheus-Scrape-Timeout-Seconds: 1 X: y\r\n"),
                  {400},
                  true});
  Besiege("injection", rows);
  ExpectWholeLogLines();
  EXPECT_EQ(exporter_->process().Errors().find("\n" + line), std::string::npos);
}

}  // namespace
}  // namespace stapling::testing
