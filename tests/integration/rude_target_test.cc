// Every place of a probe at which a target may turn rude, times everything that it may do there,
// with either TLS library and both TLS versions: a generated matrix of some hundreds of cases.
//
// To run it alone, with the figures that it prints:
//
//   build/dev/tests/integration/onslaught_tests --gtest_filter='BothLibrariesRudeTarget*'
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/integration/onslaught.h"
#include "tests/integration/site.h"
#include "tests/support/rude_target.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace std::string_literals;  // NOLINT(google-build-using-namespace)

// Of cases that end with their deadline, and of those that end by themselves.
constexpr auto kShort = 800ms;
constexpr auto kLong = 20s;

// So few are weighed, each in an exporter of its own: of the floods, and of those that end with
// their deadline, which take that long.
constexpr std::size_t kEveryFlood = 3;
constexpr std::size_t kEveryWait = 15;

enum class Upstream { kNone, kTls12, kTls13, kTls13AsksForCertificate };

// Where a target turns rude.
struct Place {
  std::string name;
  std::string scheme = "";  // of the target's URL
  std::string proxy = "";   // the kind of proxy that turns rude; empty: the target does
  std::vector<Turn> prologue = {};
  std::string due = "";
  Upstream upstream = Upstream::kNone;
  std::size_t server_records = 0;
  std::size_t client_records = 0;
  bool half_record = false;
  bool more_due = true;
  bool tls_begins = false;  // what comes first is to be TLS
  bool done = false;        // the handshake was complete before it turned rude
  // What the page says of some attacks, where that is not what it says of most.
  std::map<Attack, std::vector<std::string>> instead = {};
};

const std::vector<Turn> kSmtp = {{"", "220 mail.test ESMTP\r\n"},
                                 {"\r\n", "250-mail.test\r\n250 STARTTLS\r\n"},
                                 {"STARTTLS\r\n", "220 go ahead\r\n"}};
const std::vector<Turn> kPostgres = {{"\x04\xd2\x16\x2f", "S"}};

// A proxy's first octets show whether it is one.
const std::map<Attack, std::vector<std::string>> kProxyDrip = {
    {Attack::kDrip, {"proxy/protocol_error", "proxy/timeout"}}};

const std::vector<Place> kPlainPlaces = {
    {.name = "connected",
     .tls_begins = true,
     .instead = {{Attack::kDrip, {"handshake/not_tls", "handshake/timeout"}}}},
    {.name = "smtp_greeting", .scheme = "smtp://", .due = "220 mail.test ESMTP\r\n"},
    {.name = "smtp_in_greeting",
     .scheme = "smtp://",
     .prologue = {{"", "220-mail"}},
     .instead = {{Attack::kGarbage, {"starttls/timeout"}}}},
    {.name = "smtp_capabilities", .scheme = "smtp://", .prologue = {kSmtp[0]}},
    {.name = "smtp_go_ahead", .scheme = "smtp://", .prologue = {kSmtp[0], kSmtp[1]}},
    {.name = "lmtp_greeting", .scheme = "lmtp://", .due = "220 mail.test LMTP\r\n"},
    {.name = "imap_greeting", .scheme = "imap://", .due = "* OK IMAP4rev1 ready\r\n"},
    {.name = "pop3_greeting", .scheme = "pop3://", .due = "+OK POP3 server ready\r\n"},
    {.name = "sieve_greeting", .scheme = "sieve://", .due = "\"IMPLEMENTATION\" \"a\"\r\n"},
    {.name = "nntp_greeting", .scheme = "nntp://", .due = "200 news.test ready\r\n"},
    {.name = "ftp_greeting", .scheme = "ftp://", .due = "220 ftp.test ready\r\n"},
    {.name = "ldap_answer",
     .scheme = "ldap://",
     .prologue = {{"1.3.6.1.4.1.1466.20037", ""}},
     .due = "\x30\x84\x01\x01\x01\x01",
     .instead = {{Attack::kDrip, {"starttls/protocol_error", "starttls/timeout"}}}},
    {.name = "xmpp_client_stream", .scheme = "xmpp_client://", .due = "<?xml version='1.0'?>"},
    {.name = "xmpp_server_stream", .scheme = "xmpp_server://", .due = "<?xml version='1.0'?>"},
    {.name = "irc_answer", .scheme = "irc://", .due = ":irc.test NOTICE * :*** Looking up\r\n"},
    {.name = "postgres_answer",
     .scheme = "postgres://",
     .prologue = {{"\x16\x2f", ""}},
     .due = "S",
     .instead = {{Attack::kDrip, {"handshake/not_tls", "handshake/timeout"}}}},
    {.name = "mysql_greeting", .scheme = "mysql://", .due = "\x4a"s + "\0\0\0\x0a"s + "8.0.36"},
    {.name = "nats_info", .scheme = "nats://", .due = "INFO {\"server_id\":\"a\"}\r\n"},
    {.name = "http_proxy_at_once", .proxy = "http", .instead = kProxyDrip},
    {.name = "http_proxy_answer",
     .proxy = "http",
     .prologue = {{"\r\n\r\n", ""}},
     .due = "HTTP/1.1 200 OK\r\n\r\n"},
    {.name = "http_proxy_in_answer",
     .proxy = "http",
     .prologue = {{"\r\n\r\n", "HTTP/1.1 200 OK\r\nVia: "}},
     // Somewhere in the noise is an empty line, which ends the answer.
     .instead = {{Attack::kGarbage, {"proxy/timeout"}},
                 {Attack::kNoiseFlood, {"handshake/not_tls"}}}},
    {.name = "socks5_proxy_at_once", .proxy = "socks5", .instead = kProxyDrip},
    {.name = "socks5_proxy_method",
     .proxy = "socks5",
     .prologue = {{"\x05\x01\0"s, ""}},
     .due = "\x05\0"s,
     .instead = kProxyDrip},
    // The first of it is taken for an address, the rest for TLS.
    {.name = "socks5_proxy_reply",
     .proxy = "socks5",
     .prologue = {{"\x05\x01\0"s, "\x05\0"s}, {"\x05\x01\0"s, "\x05\0\0\x03\x40"s}},
     .instead = {{Attack::kGarbage, {"handshake/not_tls", "handshake/timeout"}},
                 {Attack::kNoiseFlood, {"handshake/not_tls"}},
                 {Attack::kHelloRequestFlood, {"handshake/not_tls"}},
                 {Attack::kCipherChangeFlood, {"handshake/protocol_error"}},
                 {Attack::kWarningFlood, {"handshake/not_tls"}},
                 {Attack::kEmptyRecordFlood, {"handshake/not_tls"}}}},
};

// ServerHello, Certificate, CertificateStatus, ServerKeyExchange, ServerHelloDone; after the
// client's flight ChangeCipherSpec, Finished. The client's: ClientHello, ClientKeyExchange,
// ChangeCipherSpec, Finished, and close_notify.
const std::vector<Place> kTls12Places = {
    {.name = "before_server_hello", .tls_begins = true},
    {.name = "in_server_hello", .half_record = true},
    {.name = "after_server_hello", .server_records = 1},
    {.name = "in_certificate", .server_records = 1, .half_record = true},
    {.name = "after_certificate", .server_records = 2},
    {.name = "in_certificate_status", .server_records = 2, .half_record = true},
    {.name = "in_key_exchange", .server_records = 3, .half_record = true},
    {.name = "before_server_hello_done", .server_records = 4},
    {.name = "after_server_hello_done", .server_records = 5, .client_records = 4},
    {.name = "before_finished", .server_records = 6},
    {.name = "in_finished", .server_records = 6, .half_record = true},
    {.name = "after_finished", .server_records = 7, .more_due = false, .done = true},
    {.name = "at_close", .server_records = 7, .client_records = 5, .more_due = false, .done = true},
};

// ServerHello, ChangeCipherSpec, EncryptedExtensions, Certificate, CertificateVerify, Finished.
// The client's: ClientHello, ChangeCipherSpec, Finished, and close_notify.
const std::vector<Place> kTls13Places = {
    {.name = "before_server_hello", .tls_begins = true},
    {.name = "in_server_hello", .half_record = true},
    {.name = "after_server_hello", .server_records = 1},
    {.name = "before_encrypted_extensions", .server_records = 2},
    {.name = "before_certificate", .server_records = 3},
    {.name = "in_certificate", .server_records = 3, .half_record = true},
    {.name = "after_certificate", .server_records = 4},
    {.name = "in_certificate_verify", .server_records = 4, .half_record = true},
    {.name = "before_finished", .server_records = 5},
    {.name = "in_finished", .server_records = 5, .half_record = true},
    {.name = "after_finished", .server_records = 6, .more_due = false, .done = true},
    {.name = "at_close", .server_records = 6, .client_records = 4, .more_due = false, .done = true},
};

std::vector<Place> PlacesOf(const std::string& version, Upstream upstream,
                            const std::vector<Place>& within, Place before = {}) {
  std::vector<Place> places;
  for (const Place& place : within) {
    places.push_back(place);
    places.back().name = version + "_" + place.name;
    places.back().upstream = upstream;
    places.back().scheme = before.scheme;
    places.back().prologue = before.prologue;
    places.back().proxy = before.proxy;
  }
  return places;
}

std::vector<Place> AllPlaces() {
  std::vector<Place> places = kPlainPlaces;
  const auto add = [&](const std::vector<Place>& more) {
    places.insert(places.end(), more.begin(), more.end());
  };
  add(PlacesOf("tls12", Upstream::kTls12, kTls12Places));
  add(PlacesOf("tls13", Upstream::kTls13, kTls13Places));
  // With a CertificateRequest before the Certificate, the client waits for a verdict at the end.
  add(PlacesOf("tls13_verdict", Upstream::kTls13AsksForCertificate,
               {{.name = "awaited",
                 .server_records = 7,
                 .client_records = 4,
                 .more_due = false,
                 .instead = {{Attack::kSilence, {kSuccess}},
                             {Attack::kDrip, {"handshake/protocol_error", kSuccess}}}}}));
  const std::vector<Place> some = {kTls13Places[0], kTls13Places[5]};
  add(PlacesOf("smtp_tls13", Upstream::kTls13, some, {.scheme = "smtp://", .prologue = kSmtp}));
  add(PlacesOf("postgres_tls13", Upstream::kTls13, some,
               {.scheme = "postgres://", .prologue = kPostgres}));
  add(PlacesOf("http_proxy_tls13", Upstream::kTls13, some,
               {.proxy = "http", .prologue = {{"\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"}}}));
  add(PlacesOf("socks5_proxy_tls13", Upstream::kTls13, some,
               {.proxy = "socks5",
                .prologue = {{"\x05\x01\0"s, "\x05\0"s},
                             {"\x05\x01\0"s, "\x05\0\0\x01\x7f\0\0\x01\0\0"s}}}));
  return places;
}

bool AwaitsTheClient(const Place& place) {
  return std::ranges::any_of(place.prologue, [](const Turn& turn) { return !turn.await.empty(); });
}

// What the page may say, by the words of core/failure.cc.
std::vector<std::string> Outcomes(const Place& place, Attack attack) {
  if (const auto found = place.instead.find(attack); found != place.instead.end()) {
    return found->second;
  }
  // Its last flight may still be on its way when the connection is reset.
  if (place.done && attack != Attack::kReset) return {kSuccess};
  if (place.done) return {kSuccess, "handshake/reset", "handshake/closed"};
  const bool handshake = place.upstream != Upstream::kNone || place.tls_begins;
  const std::string phase = handshake ? "handshake/" : place.proxy.empty() ? "starttls/" : "proxy/";
  switch (attack) {
    case Attack::kSilence:
    case Attack::kDrip:
      return {phase + "timeout"};
    case Attack::kReset:
      // A target may be so quick to reset that connecting sees it already.
      if (!AwaitsTheClient(place)) return {phase + "reset", "connect/reset"};
      return {phase + "reset"};
    case Attack::kClose:
      return {phase + "closed"};
    case Attack::kGarbage:
    case Attack::kNoiseFlood:
      return {phase + (place.tls_begins ? "not_tls" : "protocol_error")};
    default:
      return {phase + "protocol_error"};
  }
}

bool Waits(const std::vector<std::string>& outcomes) {
  return std::ranges::any_of(outcomes,
                             [](const std::string& word) { return word.ends_with("timeout"); });
}

// What every case has in common.
class Field {
 public:
  Field()
      : tls12_(Honest({.min_version = TlsVersion::k12, .max_version = TlsVersion::k12})),
        tls13_(Honest({.min_version = TlsVersion::k13, .max_version = TlsVersion::k13})),
        asking_(Honest({.min_version = TlsVersion::k13,
                        .max_version = TlsVersion::k13,
                        .client_certificate = ClientCertificate::kOptional})) {
    for (const char* library : {"openssl", "gnutls"}) {
      AddModules(library);
      for (const Place& place : AllPlaces()) {
        for (const AttackInfo& attack : Attacks()) AddCase(library, place, attack);
      }
    }
  }

  [[nodiscard]] const std::string& configuration() const { return configuration_; }
  [[nodiscard]] const std::vector<AttackCase>& cases() const { return cases_; }
  // Some of those that cost most.
  [[nodiscard]] const std::vector<AttackCase>& floods() const { return floods_; }
  // Some of those that end with their deadline.
  [[nodiscard]] const std::vector<AttackCase>& waits() const { return waits_; }

 private:
  std::unique_ptr<TlsServer> Honest(TlsServerOptions options) const {
    options.chain = site_.Chain();
    options.staples = {BuildOcspResponse(site_.Good())};
    options.library = TlsLibrary::kOpenSsl;
    return std::move(TlsServer::Start(std::move(options))).value();
  }

  void AddModule(const std::string& name, const std::string& library,
                 std::chrono::milliseconds timeout, const std::string& proxy_url = {}) {
    configuration_ += "  " + name + ":\n    tls_library: " + library +
                      "\n    timeout: " + std::to_string(timeout.count()) +
                      "ms\n    tls_config: {ca_file: \"" + site_.CaFile() + "\"}\n";
    if (!proxy_url.empty()) configuration_ += "    proxy_url: " + proxy_url + "\n";
  }

  void AddModules(const std::string& library) {
    AddModule(library + "_short", library, kShort);
    AddModule(library + "_long", library, kLong);
  }

  [[nodiscard]] std::uint16_t PortOf(Upstream upstream) const {
    switch (upstream) {
      case Upstream::kNone:
        return 0;
      case Upstream::kTls12:
        return tls12_->port();
      case Upstream::kTls13:
        return tls13_->port();
      case Upstream::kTls13AsksForCertificate:
        return asking_->port();
    }
    return 0;
  }

  void AddCase(const std::string& library, const Place& place, const AttackInfo& attack) {
    const RudePlan plan{.prologue = place.prologue,
                        .due = place.due,
                        .upstream_port = PortOf(place.upstream),
                        .server_records = place.server_records,
                        .client_records = place.client_records,
                        .half_record = place.half_record,
                        .more_due = place.more_due,
                        .attack = attack.attack};
    AttackCase made{.name = library + "_" + place.name + "_" + std::string(attack.name)};
    made.outcomes = Outcomes(place, attack.attack);
    made.patience = Waits(made.outcomes) ? kShort : kLong;
    made.module = library + (made.patience == kShort ? "_short" : "_long");
    if (place.proxy.empty()) {
      made.start = [plan, scheme = place.scheme] {
        std::shared_ptr<RudeTarget> target = RudeTarget::Start(plan).value();
        return Opponent{target, scheme + target->Target()};
      };
    } else {
      // A proxy is part of the configuration: it is there from the beginning.
      const std::shared_ptr<RudeTarget> target = RudeTarget::Start(plan).value();
      made.module = made.name;
      AddModule(made.module, library, made.patience, place.proxy + "://" + target->Target());
      made.start = [target] { return Opponent{target, "leaf.test:443"}; };
    }
    if (attack.flood && flooding_++ % kEveryFlood == 0) floods_.push_back(made);
    if (made.patience == kShort && waiting_++ % kEveryWait == 0) waits_.push_back(made);
    cases_.push_back(std::move(made));
  }

  const Site site_;
  const std::unique_ptr<TlsServer> tls12_;
  const std::unique_ptr<TlsServer> tls13_;
  const std::unique_ptr<TlsServer> asking_;
  std::string configuration_ = "modules:\n";
  std::vector<AttackCase> cases_;
  std::vector<AttackCase> floods_;
  std::vector<AttackCase> waits_;
  std::size_t flooding_ = 0;
  std::size_t waiting_ = 0;
};

TEST(BothLibrariesRudeTarget, IsSurvivedAtEveryPlaceWhateverItDoes) {
  const Field field;
  const auto exporter = Exporter::Start(field.configuration());
  ASSERT_TRUE(exporter) << exporter.error();
  const Tally tally = Endure(**exporter, field.cases(), 48);
  Print("rude targets", tally);
  for (const std::string& complaint : tally.complaints) ADD_FAILURE() << complaint;
  EXPECT_LT(tally.memory_growth, 64U << 20U);
}

TEST(BothLibrariesRudeTarget, CostsLittleAlone) {
  const Field field;
  const Cost floods = Weigh(field.configuration(), field.floods());
  Print("rude targets that flood", floods);
  EXPECT_LT(floods.time.value, 3s) << floods.time.name;
  EXPECT_LT(floods.memory_growth.value, 16U << 20U) << floods.memory_growth.name;
  EXPECT_LT(floods.processor_time.value, 1s) << floods.processor_time.name;

  const Cost waits = Weigh(field.configuration(), field.waits());
  Print("rude targets that keep waiting", waits);
  EXPECT_LT(waits.lateness.value, 500ms) << waits.lateness.name;
}

}  // namespace
}  // namespace stapling::testing
