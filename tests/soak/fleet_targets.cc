// Which servers the fleet has, and what a scrape of each has to give.

#include <optional>
#include <utility>

#include "tests/soak/fleet.h"
#include "tests/support/crl.h"

namespace stapling::testing {
namespace {

using std::chrono::hours;

constexpr unsigned kUsualWeight = 10;
// Of what takes its whole time: a few of them keep many scrapers.
constexpr unsigned kSlowWeight = 1;
constexpr const char* kShort = "1.2";  // seconds, of which half a one is kept back

Outcome Good() { return {.success = true, .verdict = "good"}; }
Outcome Fails(const std::string& failure, const std::string& verdict = {}) {
  return {.success = false, .verdict = verdict, .failure = failure};
}
Outcome Invalid(const std::string& verdict) { return Fails("judge/staple_invalid", verdict); }

std::string PortOf(const std::string& target) { return target.substr(target.rfind(':')); }

}  // namespace

void Fleet::Add(const std::string& name, Kind kind, const Ask& ask, std::vector<Outcome> outcomes,
                const Turns* turns) {
  for (const std::string library : {"openssl", "gnutls"}) {
    Target target{.name = name + " by " + library,
                  .kind = kind,
                  .query = "target=" + UrlEncode(ask.target) + "&module=" + library + ask.module,
                  .timeout = ask.timeout,
                  .weight = ask.weight == 0 ? kUsualWeight : ask.weight,
                  .outcomes = outcomes,
                  .turns = turns};
    if (ask.hostname[0] != '\0') target.query += std::string("&hostname=") + ask.hostname;
    targets_.push_back(std::move(target));
  }
}

template <typename Server>
Server* Fleet::Keep(Result<std::unique_ptr<Server>> started,
                    std::vector<std::unique_ptr<Server>>& among) {
  if (!started) {
    if (!error_) error_ = Error{started.error()};
    return nullptr;
  }
  among.push_back(std::move(started).value());
  return among.back().get();
}

std::string Fleet::Serve(std::vector<Certificate> chain, Staples staples, TlsServerOptions more) {
  more.chain = std::move(chain);
  more.staples = std::move(staples);
  more.record = false;
  const TlsServer* server = Keep(TlsServer::Start(std::move(more)), tls_servers_);
  return server == nullptr ? "" : server->Target();
}

std::string Fleet::ServeStaple(const OcspResponseSpec& staple) {
  return Serve(site_.Chain(), {BuildOcspResponse(staple)});
}

void Fleet::AddHealthy() {
  const StandardPki& pki = site_.pki;
  const Bytes good = BuildOcspResponse(site_.Good());
  Add("nginx", Kind::kHealthy, {.target = nginx_->Target(), .weight = 3 * kUsualWeight}, {Good()});
  const std::string plain = Serve(site_.Chain(), {good});
  Add("good", Kind::kHealthy, {.target = plain, .weight = 2 * kUsualWeight}, {Good()});
  Add("good, by name", Kind::kHealthy, {.target = "leaf.test" + PortOf(plain)}, {Good()});
  Add("good, required", Kind::kHealthy, {.target = plain, .module = "_required"}, {Good()});
  Add("good, twice", Kind::kHealthy, {.target = plain, .module = "_twice"}, {Good()});
  Add("good, both versions", Kind::kHealthy, {.target = plain, .module = "_vary"}, {Good()});
  Add("TLS 1.2", Kind::kHealthy,
      {.target = Serve(site_.Chain(), {good}, {.max_version = TlsVersion::k12})}, {Good()});
  Add("delegated", Kind::kHealthy,
      {.target = ServeStaple(
           GoodDelegatedResponse(site_.leaf, pki.intermediate, pki.ocsp_signer, site_.now))},
      {Good()});
  const OcspResponseSpec of_ca = GoodResponse(pki.intermediate, pki.root, site_.now);
  Add("staples of the chain", Kind::kHealthy,
      {.target = Serve(site_.Chain(), {good, BuildOcspResponse(of_ca)})}, {Good()});
  const Certificate rsa = IssueCertificate({.subject = "leaf.test",
                                            .issuer = &pki.intermediate,
                                            .key = KeyKind::kRsa2048,
                                            .ip_addresses = {"127.0.0.1"},
                                            .responder_urls = {kResponderUrl}});
  const OcspResponseSpec of_rsa = GoodResponse(rsa, pki.intermediate, site_.now);
  Add("RSA", Kind::kHealthy, {.target = Serve(pki.Chain(rsa), {BuildOcspResponse(of_rsa)})},
      {Good()});
  Add("no staple, none required", Kind::kHealthy, {.target = Serve(site_.Chain(), {})},
      {{.success = true, .verdict = "missing"}});
}

void Fleet::AddHealthyBehindOthers() {
  static_cast<void>(ServeStaple(site_.Good()));
  if (error_) return;
  const std::uint16_t upstream = tls_servers_.back()->port();
  relay_ = std::make_unique<ConnectRelay>(upstream);
  Add("through a proxy", Kind::kHealthy,
      {.target = "anywhere.test:443", .module = "_proxied", .hostname = "leaf.test"}, {Good()});
  const RudeProxy* slow =
      Keep(RudeProxy::Start({.upstream_port = upstream, .byte_by_byte = true}), rude_proxies_);
  if (slow == nullptr) return;
  Add("byte by byte", Kind::kHealthy, {.target = slow->Target(), .weight = kSlowWeight}, {Good()});
}

// By a CA that says the same as the staple, by OCSP and by CRL.
void Fleet::AddHealthyOfAnsweringCa() {
  // What it answers is made once its port, which is in the certificate, is known.
  const auto answers = std::make_shared<std::pair<std::string, std::string>>();
  auto ca = HttpPeer::Start({.answer = [answers](const HttpPeerRequest& request) -> HttpPeerAnswer {
    return {.body = request.target == "/crl" ? answers->second : answers->first};
  }});
  if (!ca) {
    error_ = Error{ca.error()};
    return;
  }
  ca_ = std::move(ca).value();
  const Certificate& issuer = site_.pki.intermediate;
  const std::string url = "http://ocsp.test:" + std::to_string(ca_->port()) + "/";
  const Certificate leaf = IssueCertificate({.subject = "leaf.test",
                                             .issuer = &issuer,
                                             .ip_addresses = {"127.0.0.1"},
                                             .responder_urls = {url},
                                             .crl_urls = {url + "crl"}});
  const Bytes staple = BuildOcspResponse(GoodResponse(leaf, issuer, site_.now));
  *answers = {ToString(staple), ToString(BuildCrl(GoodCrl(issuer, site_.now)))};
  Add("compared with its CA", Kind::kHealthy,
      {.target = Serve(site_.pki.Chain(leaf), {staple}), .module = "_crossed"}, {Good()});
}

void Fleet::AddBadStaples() {
  const StandardPki& pki = site_.pki;
  const auto add = [&](const std::string& name, const std::string& target, const Outcome& outcome,
                       const char* module = "") {
    Add(name, Kind::kBadStaple, {.target = target, .module = module}, {outcome});
  };
  add("expired", ServeStaple(site_.Expired()), Invalid("expired"));
  add("revoked", ServeStaple(site_.Revoked()), Fails("judge/revoked", "revoked"));
  OcspResponseSpec spec = site_.Good();
  spec.responses[0].status = CertStatus::kUnknown;
  add("unknown", ServeStaple(spec), Fails("judge/unknown", "unknown"));
  spec = site_.Good();
  spec.corrupt_signature = true;
  add("forged", ServeStaple(spec), Invalid("bad_signature"));
  spec = site_.Good();
  spec.signer = &pki.impostor_intermediate;
  add("signed by an impostor", ServeStaple(spec), Invalid("bad_signature"));
  spec = site_.Good();
  spec.responses[0].this_update = site_.now + hours(24);
  add("of tomorrow", ServeStaple(spec), Invalid("not_yet_valid"));
  add("of another certificate",
      ServeStaple(GoodResponse(pki.leaf_must_staple, pki.intermediate, site_.now)),
      Invalid("wrong_certificate"));
  add("malformed", Serve(site_.Chain(), {Noise(500)}), Invalid("malformed"));
  add("an error message", Serve(site_.Chain(), {ErrorResponse(3)}), Invalid("responder_error"));
  add("none, must-staple", Serve(pki.Chain(pki.leaf_must_staple), {}),
      Fails("judge/staple_missing", "missing"));
  add("none, required", Serve(site_.Chain(), {}), Fails("judge/staple_missing", "missing"),
      "_required");
  add("expired, both versions", ServeStaple(site_.Expired()), Invalid("expired"), "_vary");
  OcspResponseSpec of_ca = GoodResponse(pki.intermediate, pki.root, site_.now);
  of_ca.responses[0].status = CertStatus::kRevoked;
  of_ca.responses[0].revoked_at = site_.now - hours(1);
  add("revoked CA",
      Serve(site_.Chain(), {BuildOcspResponse(site_.Good()), BuildOcspResponse(of_ca)}),
      Fails("judge/revoked", "good"));
}

void Fleet::AddBadChains() {
  const StandardPki& pki = site_.pki;
  const auto leaf_of = [&](const Certificate& issuer, const char* name) {
    return IssueCertificate({.subject = name,
                             .issuer = &issuer,
                             .dns_names = {name},
                             .responder_urls = {kResponderUrl}});
  };
  const auto add = [&](const char* name, std::vector<Certificate> chain, const Certificate& issuer,
                       const Outcome& outcome) {
    const Bytes staple = BuildOcspResponse(GoodResponse(chain[0], issuer, site_.now));
    Add(name, Kind::kBadChain,
        {.target = Serve(std::move(chain), {staple}), .hostname = "leaf.test"}, {outcome});
  };
  const Certificate forged = leaf_of(pki.impostor_intermediate, "leaf.test");
  add("by a stranger", {forged, pki.impostor_intermediate}, pki.impostor_intermediate,
      Fails("judge/chain_invalid", "good"));
  add("without its intermediate", {site_.leaf}, pki.intermediate,
      Fails("judge/chain_invalid", "issuer_unknown"));
  add("another name", pki.Chain(leaf_of(pki.intermediate, "other.test")), pki.intermediate,
      Fails("judge/hostname_mismatch", "good"));
}

void Fleet::AddChanging() {
  static_cast<void>(ServeStaple(site_.Good()));
  if (error_) return;
  changing_ = tls_servers_.back().get();
  Add("changing", Kind::kChanging, {.target = changing_->Target(), .weight = 4 * kUsualWeight},
      {Good(),
       Invalid("expired"),
       Fails("judge/revoked", "revoked"),
       Invalid("malformed"),
       {.success = true, .verdict = "missing"}},
      &turns_);
  // Its first certificate is as good as its last.
  static_cast<void>(ServeStaple(site_.Good()));
  if (error_) return;
  renewed_ = tls_servers_.back().get();
  Add("renewed", Kind::kHealthy, {.target = renewed_->Target(), .hostname = "leaf.test"}, {Good()});
}

void Fleet::AddRude() {
  struct Row {
    const char* name;
    RudeBehaviour behaviour;
    std::vector<Outcome> outcomes;
    bool slow = false;
    const char* module = "";
  };
  // A server may be so quick to reset that connecting sees it already.
  const std::vector<Outcome> reset = {Fails("handshake/reset"), Fails("connect/reset")};
  const std::vector<Row> rows = {
      {"closes", CloseAfterAccept(), {Fails("handshake/closed")}},
      {"resets", ResetAfterAccept(), reset},
      {"closes after the hello", CloseAfterClientHello(), {Fails("handshake/closed")}},
      {"resets after the hello", ResetAfterClientHello(), {Fails("handshake/reset")}},
      {"says no", AlertAfterClientHello(40), {Fails("handshake/alert")}},
      {"garbage", GarbageAfterClientHello(), {Fails("handshake/not_tls")}},
      {"endless garbage", EndlessGarbage(), {Fails("handshake/not_tls")}},
      {"plain text", PlainText("220 mail.test ESMTP\r\n"), {Fails("handshake/not_tls")}},
      {"refuses to talk",
       PlainText("554 not you\r\n"),
       {Fails("starttls/starttls_refused")},
       false,
       "_smtp"},
      {"silent", Silent(), {Fails("handshake/timeout")}, true}};
  for (const Row& row : rows) {
    const RudeServer* server = Keep(RudeServer::Start(row.behaviour), rude_servers_);
    if (server == nullptr) return;
    Add(row.name, Kind::kRude,
        {.target = server->Target(),
         .module = row.module,
         .timeout = row.slow ? kShort : "",
         .weight = row.slow ? kSlowWeight : kUsualWeight},
        row.outcomes);
  }
}

// Servers that end in the midst of the handshake.
void Fleet::AddCut() {
  static_cast<void>(ServeStaple(site_.Good()));
  if (error_) return;
  const std::uint16_t upstream = tls_servers_.back()->port();
  constexpr std::size_t kMidst = 700;  // octets, of more than 1200
  const std::pair<Afterwards, const char*> ends[] = {{Afterwards::kClose, "handshake/closed"},
                                                     {Afterwards::kReset, "handshake/reset"}};
  for (const auto& [afterwards, failure] : ends) {
    const RudeProxy* proxy = Keep(
        RudeProxy::Start({.upstream_port = upstream, .forward = kMidst, .afterwards = afterwards}),
        rude_proxies_);
    if (proxy == nullptr) return;
    Add("cut", Kind::kRude, {.target = proxy->Target()}, {Fails(failure)});
  }
  // Under TLS 1.2 the refusal is part of the handshake. Under 1.3 it comes after it, and a server
  // that is too busy to send it for half a second counts as one that accepts.
  Add("wants a certificate", Kind::kRude,
      {.target = Serve(
           site_.Chain(), {BuildOcspResponse(site_.Good())},
           {.max_version = TlsVersion::k12, .client_certificate = ClientCertificate::kRequired})},
      {Fails("handshake/client_certificate_required", "good")});
}

void Fleet::AddUnreachable() {
  Add("port where nobody listens", Kind::kRude, {.target = "127.0.0.1:1"},
      {Fails("connect/refused")});
  Add("no such name", Kind::kRude, {.target = "absent.test:443"}, {Fails("resolve/not_found")});
  Add("broken name", Kind::kRude, {.target = "broken.test:443"}, {Fails("resolve/dns_error")});
  Add("name that is never answered", Kind::kRude,
      {.target = "never.test:443", .timeout = kShort, .weight = kSlowWeight},
      {Fails("resolve/timeout")});
}

void Fleet::AddRefused() {
  Add("denied", Kind::kRefused, {.target = "denied.test:443"}, {{.status = 403}});
  Add("no target", Kind::kRefused, {.target = "http://leaf.test/"}, {{.status = 400}});
  Add("no module", Kind::kRefused, {.target = "leaf.test", .module = "_nowhere"},
      {{.status = 400}});
}

}  // namespace stapling::testing
