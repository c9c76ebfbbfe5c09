#include "core/probe.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>
#include <variant>

#include "core/net/connection.h"
#include "core/proxy/tunnel.h"
#include "core/starttls/negotiation.h"
#include "core/strict_client.h"
#include "core/tls/tls_library.h"
#include "core/x509/name_check.h"

namespace stapling {
namespace {

using Clock = std::chrono::steady_clock;

// Measures one phase and enters it, even when it fails.
class PhaseTimer {
 public:
  PhaseTimer(Connection& connection, Phase phase) : connection_(connection), phase_(phase) {}
  PhaseTimer(const PhaseTimer&) = delete;
  PhaseTimer& operator=(const PhaseTimer&) = delete;
  ~PhaseTimer() { connection_.phases.emplace_back(phase_, Clock::now() - start_); }

 private:
  Connection& connection_;
  Phase phase_;
  Clock::time_point start_ = Clock::now();
};

std::string ServerName(const Module& module, const ProbeRequest& request) {
  if (!module.tls.server_name.empty()) return module.tls.server_name;
  return request.hostname.empty() ? request.target.host : request.hostname;
}

// What the server speaks before TLS, and where it listens: the target's own word first, then its
// scheme's, then the module's.
StartTls StartTlsOf(const Module& module, const Target& target) {
  return target.scheme ? target.scheme->starttls : module.starttls.protocol;
}

std::uint16_t PortOf(const Module& module, const Target& target) {
  if (target.port) return *target.port;
  return target.scheme ? target.scheme->port : Describe(module.starttls.protocol).port;
}

// A client names itself by its host's name (RFC 5321 section 4.1.4).
std::string EhloName(const Module& module) {
  if (!module.starttls.ehlo_name.empty()) return module.starttls.ehlo_name;
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || !IsHostName(name.data()))
    return "localhost";
  return name.data();
}

// SNI holds a DNS name without a trailing dot, and no address (RFC 6066 section 3).
std::string SniOf(std::string name) {
  if (IpAddress::Parse(name)) return {};
  if (name.ends_with('.')) name.pop_back();
  return name;
}

// Makes one of several attempts: the first that was stapled, else the first, with the first failure
// of any. What only some lack is intermittent.
class AttemptSummary {
 public:
  void Add(Connection attempt) {
    phases_.insert(phases_.end(), attempt.phases.begin(), attempt.phases.end());
    const auto& chain = attempt.handshake.chain;
    const bool stapled = !chain.empty() && chain.front().staple;
    if (!chain.empty()) ++attempts_.made;
    if (stapled) ++attempts_.stapled;
    if (stapled) staples_.insert(*chain.front().staple);
    if (attempt.failure) AddFailure(*attempt.failure, stapled);
    if (!chosen_ || (stapled && attempts_.stapled == 1)) chosen_ = std::move(attempt);
  }

  [[nodiscard]] Connection Take() {
    Connection chosen = std::move(*chosen_);
    chosen.phases = std::move(phases_);
    chosen.attempts = attempts_;
    chosen.attempts.distinct = static_cast<unsigned>(staples_.size());
    chosen.failure = WorstFailure();
    return chosen;
  }

 private:
  void AddFailure(const Failure& failure, bool stapled) {
    const bool missing = failure.reason == Reason::kStapleMissing;
    auto& first = missing ? missing_ : failure_;
    if (!first) first = failure;
    leaf_lacks_ = leaf_lacks_ || (missing && !stapled);
  }

  [[nodiscard]] std::optional<Failure> WorstFailure() const {
    if (failure_) return failure_;
    if (!leaf_lacks_ || attempts_.stapled == 0) return missing_;
    return Failure{Phase::kJudge, Reason::kStapleIntermittent,
                   std::to_string(attempts_.stapled) + " of " + std::to_string(attempts_.made)};
  }

  std::optional<Connection> chosen_;
  std::vector<std::pair<Phase, std::chrono::duration<double>>> phases_;
  Attempts attempts_;
  std::set<Bytes> staples_;
  std::optional<Failure> failure_;  // other than a missing staple
  std::optional<Failure> missing_;
  bool leaf_lacks_ = false;  // in an attempt where its staple was required
};

void LogFailure(ProbeLog& log, const Failure& failure) {
  log.Warning("probe failed", {{"phase", std::string(Describe(failure.phase).label)},
                               {"reason", std::string(Describe(failure.reason).label)},
                               {"detail", failure.detail}});
}

void LogStaples(ProbeLog& log, const Connection& connection) {
  for (const StapleReport& report : connection.staples) {
    log.Info("staple judged",
             {{"depth", std::to_string(report.depth)},
              {"present", report.present ? (*report.present ? "true" : "false") : "n/a"},
              {"verdict", std::string(Describe(report.judgement.verdict).label)},
              {"size_bytes", std::to_string(report.judgement.size_bytes)}});
  }
}

void LogHandshake(ProbeLog& log, const Handshake& handshake) {
  log.Info("handshake seen",
           {{"version", handshake.version},
            {"cipher", handshake.cipher},
            {"certificates", std::to_string(handshake.chain.size())},
            {"chain", !handshake.chain_checked ? "not seen"
                      : handshake.chain_error  ? std::string(Describe(*handshake.chain_error).label)
                                               : "verified"}});
}

}  // namespace

Prober::Prober(Module module, std::shared_ptr<const TrustStore> trust_store,
               std::unique_ptr<TlsClient> tls_client, ResolverSettings resolver)
    : module_(std::move(module)),
      trust_store_(std::move(trust_store)),
      tls_client_(std::move(tls_client)),
      resolver_(std::move(resolver)) {}

Result<std::shared_ptr<const Prober>> Prober::Make(Module module,
                                                   std::shared_ptr<const TrustStore> trust_store,
                                                   ResolverSettings resolver) {
  auto client = MakeTlsClient(module.tls, trust_store);
  if (!client) return Error{client.error()};
  return std::shared_ptr<const Prober>(new Prober(std::move(module), std::move(trust_store),
                                                  std::move(client).value(), std::move(resolver)));
}

std::optional<IpAddress> Prober::ResolveTarget(const ProbeRequest& request, Deadline deadline,
                                               Connection& connection, ProbeLog& log) const {
  const PhaseTimer timer(connection, Phase::kResolve);
  if (request.target.address) return request.target.address;
  Resolution resolution = Resolve(request.target.host, module_.preferred_ip_protocol,
                                  module_.ip_protocol_fallback, deadline, resolver_);
  if (resolution.failure) {
    connection.failure = std::move(resolution.failure);
    return std::nullopt;
  }
  log.Info("name resolved", {{"host", request.target.host},
                             {"address", resolution.addresses.front().ToString()},
                             {"addresses", std::to_string(resolution.addresses.size())}});
  return resolution.addresses.front();
}

void Prober::Converse(const ProbeRequest& request, Deadline deadline, const ProbeResult& result,
                      Connection& connection, ProbeLog& log) const {
  FileDescriptor socket;
  {
    const PhaseTimer timer(connection, module_.proxy ? Phase::kProxy : Phase::kConnect);
    auto connected =
        module_.proxy
            ? ConnectThroughProxy(module_, {request.target.host, result.port}, resolver_, deadline)
            : Connect(*connection.address, result.port, IpAddress::Parse(module_.source_ip_address),
                      deadline);
    if (auto* failure = std::get_if<Failure>(&connected)) {
      connection.failure = std::move(*failure);
      return;
    }
    socket = std::move(std::get<FileDescriptor>(connected));
    log.Info("connected", {{module_.proxy ? "host" : "address",
                            module_.proxy ? request.target.host : connection.address->ToString()},
                           {"port", std::to_string(result.port)}});
  }
  const std::string server_name = ServerName(module_, request);
  if (const StartTls protocol = StartTlsOf(module_, request.target); protocol != StartTls::kNone) {
    const PhaseTimer timer(connection, Phase::kStarttls);
    const std::string& domain = module_.starttls.xmpp_domain;
    connection.failure = NegotiateTls(socket.get(),
                                      {.protocol = protocol,
                                       .ehlo_name = EhloName(module_),
                                       .xmpp_domain = domain.empty() ? server_name : domain},
                                      deadline);
    if (connection.failure) return;
    log.Info("TLS agreed", {{"protocol", std::string(Describe(protocol).name)}});
  }
  {
    const PhaseTimer timer(connection, Phase::kHandshake);
    connection.handshake = tls_client_->Perform(
        socket.get(), {.server_name = SniOf(server_name), .now = result.now}, deadline);
    LogHandshake(log, connection.handshake);
  }
  {
    const PhaseTimer timer(connection, Phase::kJudge);
    connection.staples = JudgeStaples(module_, *trust_store_, connection.handshake, result.now);
    if (!connection.handshake.chain.empty()) {
      connection.hostname_valid =
          MatchesHost(connection.handshake.chain.front().certificate.get(), server_name);
    }
    LogStaples(log, connection);
  }
  connection.failure =
      connection.handshake.failure ? connection.handshake.failure : Objection(module_, connection);
}

void Prober::ConverseOften(const ProbeRequest& request, Deadline deadline,
                           const ProbeResult& result, Connection& connection, ProbeLog& log) const {
  AttemptSummary summary;
  for (unsigned i = 0; i < module_.staple.attempts && !(i > 0 && deadline.Passed()); ++i) {
    Connection attempt{.address = connection.address};
    Converse(request, deadline, result, attempt, log);
    summary.Add(std::move(attempt));
  }
  auto resolved = std::move(connection.phases);
  connection = summary.Take();
  connection.phases.insert(connection.phases.begin(), resolved.begin(), resolved.end());
}

ProbeResult Prober::Probe(const ProbeRequest& request, Deadline deadline, ProbeLog& log) const {
  const auto start = Clock::now();
  ProbeResult result;
  result.now = request.at.value_or(
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  result.port = PortOf(module_, request.target);
  log.Info("probe started", {{"target", request.target.text}, {"module", module_.name}});

  Connection& connection = result.connections.emplace_back();
  if (!module_.proxy) {
    connection.address = ResolveTarget(request, deadline, connection, log);
    result.dns_lookup = connection.phases.front().second;
  }
  if (!connection.failure) ConverseOften(request, deadline, result, connection, log);
  if (connection.failure) LogFailure(log, *connection.failure);
  result.success = !connection.failure;
  result.duration = Clock::now() - start;
  log.Info("probe ended", {{"success", result.success ? "true" : "false"},
                           {"duration_seconds", std::to_string(result.duration.count())}});
  return result;
}

}  // namespace stapling
