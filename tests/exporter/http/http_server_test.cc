// What HTTP asks of the server, over real sockets.
#include "exporter/http/http_server.h"

#include <mutex>

#include "tests/exporter/http/server_fixture.h"

namespace stapling::exporter {
namespace {

using ::stapling::testing::Client;

class HttpServerTest : public ServerFixture {};

struct ExchangeCase {
  const char* name;
  std::string request;
  std::string body;
  int status;
  bool closes = false;
  bool to_head = false;
};

const ExchangeCase kExchanges[] = {
    {.name = "get",
     .request = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n",
     .body = "hello\n",
     .status = 200},
    {.name = "connection_close",
     .request = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
     .body = "hello\n",
     .status = 200,
     .closes = true},
    {.name = "http_1_0",
     .request = "GET /hello HTTP/1.0\r\n\r\n",
     .body = "hello\n",
     .status = 200,
     .closes = true},
    {.name = "http_1_0_keep_alive",
     .request = "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
     .body = "hello\n",
     .status = 200},
    {.name = "head",
     .request = "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n",
     .body = "",
     .status = 200,
     .to_head = true},
    {.name = "head_of_nothing",
     .request = "HEAD /nothing HTTP/1.1\r\nHost: a\r\n\r\n",
     .body = "",
     .status = 404,
     .to_head = true},
    {.name = "query_kept_as_sent",
     .request = "GET /echo?t=a+b&t=a=b=c&t=%26 HTTP/1.1\r\nHost: a\r\n\r\n",
     .body = "t=a b;t=a=b=c;t=&;\n",
     .status = 200},
    {.name = "unknown_path",
     .request = "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n",
     .body = "There is nothing at this path.\n",
     .status = 404},
    {.name = "path_is_exact",
     .request = "GET /hello/ HTTP/1.1\r\nHost: a\r\n\r\n",
     .body = "There is nothing at this path.\n",
     .status = 404},
    {.name = "post_on_a_get_route",
     .request = "POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
     .body = "This path allows GET, HEAD.\n",
     .status = 405},
    {.name = "get_on_a_post_route",
     .request = "GET /reload HTTP/1.1\r\nHost: a\r\n\r\n",
     .body = "This path allows POST.\n",
     .status = 405},
    {.name = "unknown_method",
     .request = "BREW /hello HTTP/1.1\r\nHost: a\r\n\r\n",
     .body = "This path allows GET, HEAD.\n",
     .status = 405},
    {.name = "post_without_body",
     .request = "POST /reload HTTP/1.1\r\nHost: a\r\n\r\n",
     .body = "reloaded\n",
     .status = 200},
    {.name = "post_with_body",
     .request = "POST /reload HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world",
     .body = "reloaded\n",
     .status = 200},
    {.name = "largest_body",
     .request = "POST /reload HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n" +
                std::string(65536, 'x'),
     .body = "reloaded\n",
     .status = 200},
    {.name = "body_too_large",
     .request = "POST /reload HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n" +
                std::string(65537, 'x'),
     .body = "The request body is too large.\n",
     .status = 413,
     .closes = true},
    {.name = "chunked",
     .request = "POST /reload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     .body = "Transfer codings are not supported: send Content-Length.\n",
     .status = 411,
     .closes = true},
    {.name = "malformed",
     .request = "hello\r\n\r\n",
     .body = "The request line is malformed.\n",
     .status = 400,
     .closes = true},
    {.name = "tls_on_a_plain_port",
     .request = "\x16\x03\x01",
     .body = "The request line is malformed.\n",
     .status = 400,
     .closes = true},
    {.name = "ten_kilobyte_target",
     .request = "GET /hello?" + std::string(10000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
     .body = "The request line is too long.\n",
     .status = 414,
     .closes = true},
    {.name = "exception",
     .request = "GET /throw HTTP/1.1\r\nHost: a\r\n\r\n",
     .body = "Internal error; the log of the exporter has more.\n",
     .status = 500},
    {.name = "range_is_ignored",
     .request = "GET /hello HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n",
     .body = "hello\n",
     .status = 200},
    {.name = "gzip_is_not_default",
     .request = "GET /hello HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n",
     .body = "hello\n",
     .status = 200},
};

class HttpExchange : public ServerFixture, public ::testing::WithParamInterface<ExchangeCase> {};

TEST_P(HttpExchange, IsAnswered) {
  StartServer();
  Client client(port_);
  // A refused client may be closed before it has sent all: the answer still counts.
  EXPECT_TRUE(client.Send(GetParam().request) || GetParam().closes);
  const auto reply = client.Receive(GetParam().to_head);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, GetParam().status);
  EXPECT_EQ(reply->body, GetParam().body);
  if (GetParam().closes) {
    EXPECT_EQ(reply->Header("connection"), "close");
    EXPECT_TRUE(client.Closed());
  } else {
    EXPECT_NE(reply->Header("connection"), "close");
    const auto next = client.Get("/hello");
    ASSERT_TRUE(next);
    EXPECT_EQ(next->status, 200);
  }
}

INSTANTIATE_TEST_SUITE_P(HttpServerTest, HttpExchange, ::testing::ValuesIn(kExchanges),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_F(HttpServerTest, TellsWhatAPathAllows) {
  StartServer();
  Client client(port_);
  ASSERT_TRUE(client.Send("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n"));
  const auto reply = client.Receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->Header("allow"), "GET, HEAD");
}

TEST_F(HttpServerTest, KeepsAConnectionForAsLongAsItIsUsed) {
  StartServer();
  Client client(port_);
  for (int i = 0; i < 200; ++i) {
    const auto reply = client.Get("/hello");
    ASSERT_TRUE(reply) << i;
    ASSERT_EQ(reply->body, "hello\n");
  }
  EXPECT_EQ(server_->stats().connections_accepted, 1U);
  EXPECT_EQ(server_->stats().requests, 200U);
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  StartServer();
  Client client(port_);
  ASSERT_TRUE(
      client.Send("GET /echo?n=1 HTTP/1.1\r\nHost: a\r\n\r\n"
                  "POST /reload HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                  "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
                  "GET /echo?n=2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                  "GET /echo?n=3 HTTP/1.1\r\nHost: a\r\n\r\n"));
  for (const char* body : {"n=1;\n", "reloaded\n", "There is nothing at this path.\n", "n=2;\n"}) {
    const auto reply = client.Receive();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->body, body);
  }
  EXPECT_TRUE(client.Closed());
}

TEST_F(HttpServerTest, TakesARequestByteByByte) {
  StartServer();
  Client client(port_);
  for (const char byte :
       std::string_view("POST /reload HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")) {
    ASSERT_TRUE(client.Send(std::string_view(&byte, 1)));
  }
  const auto reply = client.Receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "reloaded\n");
}

TEST_F(HttpServerTest, LetsAClientThatExpectsContinueSendItsBody) {
  StartServer();
  Client client(port_);
  ASSERT_TRUE(
      client.Send("POST /reload HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                  "Expect: 100-continue\r\n\r\n"));
  const auto interim = client.Receive();
  ASSERT_TRUE(interim);
  EXPECT_EQ(interim->status, 100);
  ASSERT_TRUE(client.Send("abc"));
  const auto reply = client.Receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "reloaded\n");
}

TEST_F(HttpServerTest, AnswersAClientThatWillSendNoMore) {
  StartServer();
  Client client(port_);
  ASSERT_TRUE(client.SendGet("/hello"));
  client.ShutdownWrite();
  const auto reply = client.Receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "hello\n");
  EXPECT_TRUE(client.Closed());
}

TEST_F(HttpServerTest, SendsALargeResponseWhole) {
  StartServer();
  Client client(port_);
  for (int i = 0; i < 3; ++i) {
    const auto reply = client.Get("/big");
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->body.size(), kBigSize);
  }
}

TEST_F(HttpServerTest, TellsTheHandlerWhoAsks) {
  StartServer();
  const auto reply = Client(port_).Get("/remote");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body.substr(0, 10), "127.0.0.1:");
}

TEST_F(HttpServerTest, TheTextOfAnExceptionGoesToTheHookAndNotToTheClient) {
  std::mutex mutex;
  std::string logged;
  StartServer({.on_handler_error = [&](const Request& request, const std::string& what) {
    const std::lock_guard lock(mutex);
    logged = request.path + ": " + what;
  }});
  Client client(port_);
  const auto reply = client.Get("/throw");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 500);
  EXPECT_EQ(reply->body.find("secret"), std::string::npos);
  for (const auto& [name, value] : reply->headers) {
    EXPECT_EQ(value.find("secret"), std::string::npos) << name;
  }
  const std::lock_guard lock(mutex);
  EXPECT_EQ(logged, "/throw: secret of the handler");
}

TEST_F(HttpServerTest, EveryResponseReachesTheHook) {
  std::mutex mutex;
  std::vector<std::string> seen;
  StartServer({.on_response = [&](const Request& request, const Response& response,
                                  std::chrono::nanoseconds duration) {
    const std::lock_guard lock(mutex);
    EXPECT_GE(duration.count(), 0);
    seen.push_back(request.method + request.path + std::to_string(response.status));
  }});
  Client client(port_);
  ASSERT_TRUE(client.Get("/hello"));
  ASSERT_TRUE(client.Get("/nothing"));
  ASSERT_TRUE(client.Send("noise\r\n"));
  ASSERT_TRUE(client.Send("\r\n"));
  ASSERT_TRUE(client.Receive());
  const std::lock_guard lock(mutex);
  EXPECT_EQ(seen, (std::vector<std::string>{"GET/hello200", "GET/nothing404", "400"}));
}

TEST_F(HttpServerTest, DefaultHeadersAreOnErrorsToo) {
  StartServer({.default_headers = {{"X-Content-Type-Options", "nosniff"}}});
  for (const char* request : {"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n",
                              "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", "noise\r\n\r\n"}) {
    Client client(port_);
    ASSERT_TRUE(client.Send(request));
    const auto reply = client.Receive();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->Header("x-content-type-options"), "nosniff") << request;
  }
}

TEST_F(HttpServerTest, CompressesWhenToldTo) {
  StartServer({.compress = true});
  Client client(port_);
  ASSERT_TRUE(client.SendGet("/big", "Accept-Encoding: gzip, br\r\n"));
  const auto reply = client.Receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->Header("content-encoding"), "gzip");
  EXPECT_LT(reply->body.size(), kBigSize / 100);
}

TEST(HttpServerStart, ListensOnSeveralAddresses) {
  HttpServer server({.listen_addresses = {"127.0.0.1:0", "localhost:0", ":0"}});
  server.Route("GET", "/hello", {}, [](const Request&) { return TextResponse(200, "hello"); });
  const auto bound = server.Start();
  ASSERT_TRUE(bound) << bound.error();
  ASSERT_EQ(bound->size(), 3U);
  for (const BoundAddress& each : *bound) {
    const auto reply = Client(each.port).Get("/hello");
    ASSERT_TRUE(reply) << each.address;
    EXPECT_EQ(reply->status, 200);
  }
}

TEST(HttpServerStart, ReportsAPortInUse) {
  HttpServer first({.listen_addresses = {"127.0.0.1:0"}});
  const auto bound = first.Start();
  ASSERT_TRUE(bound) << bound.error();
  HttpServer second({.listen_addresses = {"127.0.0.1:0", bound->front().address}});
  const auto refused = second.Start();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(),
            "cannot listen on " + bound->front().address + ": another process is listening there");
}

TEST(HttpServerStart, ReportsAMalformedAddress) {
  HttpServer server({.listen_addresses = {"nowhere"}});
  const auto refused = server.Start();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), "listen address \"nowhere\": no port; write HOST:PORT or :PORT");
}

}  // namespace
}  // namespace stapling::exporter
