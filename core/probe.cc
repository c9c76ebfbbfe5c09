#include "core/probe.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <new>
#include <variant>

#include "core/attempt_summary.h"
#include "core/net/connection.h"
#include "core/phase_timer.h"
#include "core/probe_events.h"
#include "core/proxy/tunnel.h"
#include "core/side_by_side.h"
#include "core/starttls/negotiation.h"
#include "core/strict_client.h"
#include "core/x509/name_check.h"

namespace stapling {
namespace {

using Clock = std::chrono::steady_clock;

std::string ServerName(const Module& module, const ProbeRequest& request) {
  if (!module.tls.server_name.empty()) return module.tls.server_name;
  return request.hostname.empty() ? request.target.host : request.hostname;
}

// What the server speaks before TLS: the scheme's word first, then the module's.
StartTls StartTlsOf(const Module& module, const Target& target) {
  return target.scheme ? target.scheme->starttls : module.starttls.protocol;
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

// In the phase that was entered last. Its text must not need memory.
Failure OutOfMemory(const Connection& connection) {
  const Phase phase = connection.phases.empty() ? Phase::kConnect : connection.phases.back().first;
  return {phase, Reason::kResources, "out of memory"};
}

Failure Denied(std::string why) { return {Phase::kResolve, Reason::kDenied, std::move(why)}; }

}  // namespace

std::uint16_t PortOf(const Module& module, const Target& target) {
  if (target.port) return *target.port;
  return target.scheme ? target.scheme->port : Describe(module.starttls.protocol).port;
}

Prober::Prober(Module module, std::shared_ptr<const TrustStore> trust_store,
               std::vector<TlsVariant> tls_variants, ResolverSettings resolver, TargetPolicy policy)
    : module_(std::move(module)),
      trust_store_(std::move(trust_store)),
      tls_variants_(std::move(tls_variants)),
      resolver_(std::move(resolver)),
      policy_(std::move(policy)) {}

Result<std::shared_ptr<const Prober>> Prober::Make(Module module,
                                                   std::shared_ptr<const TrustStore> trust_store,
                                                   ResolverSettings resolver, TargetPolicy policy) {
  TlsClientPool pool;
  return Make(std::move(module), std::move(trust_store), pool, std::move(resolver),
              std::move(policy));
}

Result<std::shared_ptr<const Prober>> Prober::Make(Module module,
                                                   std::shared_ptr<const TrustStore> trust_store,
                                                   TlsClientPool& pool, ResolverSettings resolver,
                                                   TargetPolicy policy, ProbeCaches caches) {
  auto variants = MakeTlsVariants(module, trust_store, pool);
  if (!variants) return Error{variants.error()};
  std::optional<CrossChecker> cross_checker;
  if (module.cross_check.anything()) {
    if (!caches.answers) caches.answers = std::make_shared<AnswerCache>();
    cross_checker.emplace(module, CaClient(module, trust_store, resolver, policy),
                          std::move(caches.answers));
  }
  std::shared_ptr<Prober> prober(new Prober(std::move(module), std::move(trust_store),
                                            std::move(variants).value(), std::move(resolver),
                                            std::move(policy)));
  prober->cross_checker_ = std::move(cross_checker);
  prober->verifications_ = std::move(caches.verifications);
  return std::shared_ptr<const Prober>(std::move(prober));
}

FactCache<VerifiedChain>* Prober::VerifiedChains() const {
  return verifications_ ? &verifications_->chains : nullptr;
}

FactCache<Examination>* Prober::AuthenticResponses() const {
  return verifications_ ? &verifications_->responses : nullptr;
}

Resolution Prober::ResolveTarget(const Target& target, Deadline deadline, ProbeLog& log) const {
  if (target.address) return {.addresses = {*target.address}, .failure = {}};
  const IpProtocol preferred = module_.preferred_ip_protocol;
  Resolution resolution =
      module_.vary.all_addresses && module_.ip_protocol_fallback
          ? ResolveAll(target.host, preferred, deadline, resolver_)
          : Resolve(target.host, preferred, module_.ip_protocol_fallback, deadline, resolver_);
  if (resolution.failure) return resolution;
  log.Info("name resolved", {{"host", target.host},
                             {"address", resolution.addresses.front().ToString()},
                             {"addresses", std::to_string(resolution.addresses.size())}});
  return resolution;
}

void Prober::Converse(const Trial& trial, Connection& connection, ProbeLog& log) const {
  FileDescriptor socket;
  {
    const PhaseTimer timer(connection, module_.proxy ? Phase::kProxy : Phase::kConnect);
    const std::string& host = trial.request.target.host;
    auto connected =
        module_.proxy
            ? ConnectThroughProxy(module_, policy_, {host, trial.port}, resolver_, trial.deadline)
            : Connect(*connection.address, trial.port, IpAddress::Parse(module_.source_ip_address),
                      trial.deadline);
    if (auto* failure = std::get_if<Failure>(&connected)) {
      connection.failure = std::move(*failure);
      return;
    }
    socket = std::move(std::get<FileDescriptor>(connected));
    log.Info("connected",
             {{module_.proxy ? "host" : "address",
               module_.proxy ? trial.request.target.host : connection.address->ToString()},
              {"port", std::to_string(trial.port)}});
  }
  const std::string server_name = ServerName(module_, trial.request);
  if (const StartTls protocol = StartTlsOf(module_, trial.request.target);
      protocol != StartTls::kNone) {
    const PhaseTimer timer(connection, Phase::kStarttls);
    const std::string& domain = module_.starttls.xmpp_domain;
    connection.failure = NegotiateTls(socket.get(),
                                      {.protocol = protocol,
                                       .ehlo_name = EhloName(module_),
                                       .xmpp_domain = domain.empty() ? server_name : domain},
                                      trial.deadline);
    if (connection.failure) return;
    log.Info("TLS agreed", {{"protocol", std::string(Describe(protocol).name)}});
  }
  {
    const PhaseTimer timer(connection, Phase::kHandshake);
    connection.handshake = trial.tls_client.Perform(
        socket.get(),
        {.server_name = SniOf(server_name), .now = trial.now, .verified_chains = VerifiedChains()},
        trial.deadline);
    LogHandshake(log, connection.handshake);
  }
  {
    const PhaseTimer timer(connection, Phase::kJudge);
    connection.staples =
        JudgeStaples(module_, *trust_store_, connection.handshake, trial.now, AuthenticResponses());
    if (!connection.handshake.chain.empty()) {
      connection.hostname_valid =
          MatchesHost(connection.handshake.chain.front().certificate.get(), server_name);
    }
    LogStaples(log, connection);
  }
  connection.failure =
      connection.handshake.failure ? connection.handshake.failure : Objection(module_, connection);
}

void Prober::ConverseOften(const Trial& trial, Connection& connection, ProbeLog& log) const {
  // On the heap, not on a stack that waits: of a thousand hung probes each page of it counts.
  const auto kept = std::make_unique<AttemptSummary>();
  AttemptSummary& summary = *kept;
  for (unsigned i = 0; i < module_.staple.attempts; ++i) {
    if (i > 0 && trial.deadline.Passed()) {
      summary.TellOfTheRest(module_.staple.attempts);
      break;
    }
    Connection attempt{.combination = connection.combination, .address = connection.address};
    try {
      Converse(trial, attempt, log);
    } catch (const std::bad_alloc&) {
      attempt.failure = OutOfMemory(attempt);
    }
    summary.Add(std::move(attempt));
  }
  connection = summary.Take();
  if (connection.failure) LogFailure(log, *connection.failure);
}

void Prober::ConverseWithAll(const ProbeRequest& request,
                             const std::vector<std::optional<IpAddress>>& addresses,
                             Deadline deadline, ProbeResult& result, ProbeLog& log) const {
  std::vector<const TlsClient*> clients;
  for (const std::optional<IpAddress>& address : addresses) {
    for (const TlsVariant& variant : tls_variants_) {
      if (clients.size() == module_.vary.max_combinations) {
        ++result.combinations_skipped;
        continue;
      }
      clients.push_back(variant.client.get());
      result.connections.push_back({.combination = {.address = module_.vary.all_addresses,
                                                    .tls_version = variant.tls_version,
                                                    .key_type = variant.key_type},
                                    .address = address});
    }
  }
  std::vector<ProbeLog> logs(clients.size());
  const auto converse = [&](std::size_t i) {
    try {
      ConverseOften({request, *clients[i], result.port, result.now, deadline},
                    result.connections[i], logs[i]);
    } catch (const std::bad_alloc&) {
      result.connections[i].failure = OutOfMemory(result.connections[i]);
    }
  };
  SideBySide(clients.size(), converse, [&](std::size_t i, const char* why) {
    result.connections[i].failure = {Phase::kConnect, Reason::kResources, why};
  });
  for (const ProbeLog& each : logs) log.Append(each);
}

Prober::Destinations Prober::FindDestinations(const ProbeRequest& request, std::uint16_t port,
                                              Deadline deadline, ProbeLog& log) const {
  const Target& target = request.target;
  if (const auto denial = policy_.Denial(target, port)) return {.failure = Denied(*denial)};
  if (module_.proxy) return {.addresses = {std::nullopt}};
  Destinations destinations;
  const Resolution resolution = ResolveTarget(target, deadline, log);
  destinations.failure = resolution.failure;
  for (const IpAddress& address : resolution.addresses) {
    if (const auto denial = policy_.Denial(target, port, address)) {
      if (destinations.denied.size() == module_.vary.max_combinations) {
        ++destinations.denied_beyond;
        continue;
      }
      destinations.denied.emplace_back(address, Denied(address.ToString() + ": " + *denial));
      log.Warning("address denied", {{"address", address.ToString()}, {"detail", *denial}});
      continue;
    }
    destinations.addresses.emplace_back(address);
    if (!module_.vary.all_addresses) break;
  }
  if (destinations.denied_beyond > 0) {
    log.Warning("more addresses denied",
                {{"addresses", std::to_string(destinations.denied_beyond)}});
  }
  if (destinations.addresses.empty() && !destinations.denied.empty() &&
      !module_.vary.all_addresses) {
    destinations.failure = destinations.denied.front().second;
  }
  return destinations;
}

void Prober::TellDenied(const Destinations& destinations, ProbeResult& result) const {
  if (!module_.vary.all_addresses) return;
  result.combinations_skipped += destinations.denied_beyond * tls_variants_.size();
  for (const auto& [address, failure] : destinations.denied) {
    for (const TlsVariant& variant : tls_variants_) {
      if (result.connections.size() == module_.vary.max_combinations) {
        ++result.combinations_skipped;
        continue;
      }
      result.connections.push_back({.combination = {.address = true,
                                                    .tls_version = variant.tls_version,
                                                    .key_type = variant.key_type},
                                    .address = address,
                                    .failure = failure});
    }
  }
}

void Prober::AskCa(ProbeResult& result, Deadline deadline, ProbeLog& log) const {
  if (!cross_checker_) return;
  for (const Connection& connection : result.connections) {
    cross_checker_->Start(connection, result.now);
  }
  for (Connection& connection : result.connections) {
    if (connection.handshake.chain.empty()) continue;
    connection.cross_check = cross_checker_->Check(connection, result.now, deadline);
    LogCrossCheck(log, *connection.cross_check);
  }
}

ProbeResult Prober::Probe(const ProbeRequest& request, Deadline deadline, ProbeLog& log) const {
  const auto start = Clock::now();
  // The CA's share of the time leaves a fifth for what comes after.
  const Deadline ca_deadline = deadline.Within(deadline.Remaining() / 5 * 4);
  ProbeResult result;
  result.now = request.at.value_or(
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  result.port = PortOf(module_, request.target);
  result.varied = module_.vary.anything();
  log.Info("probe started", {{"target", request.target.text}, {"module", module_.name}});

  const Destinations destinations = FindDestinations(request, result.port, deadline, log);
  if (!module_.proxy) result.dns_lookup = Clock::now() - start;
  if (destinations.failure) {
    LogFailure(log, *destinations.failure);
    result.connections.push_back({.failure = destinations.failure});
  } else {
    ConverseWithAll(request, destinations.addresses, deadline, result, log);
    TellUnsupported(result.connections);
    AskCa(result, ca_deadline, log);
    TellDenied(destinations, result);
  }
  // Shared by all connections; it is shown as its own where there is only one.
  if (!result.varied && result.dns_lookup) {
    auto& phases = result.connections.front().phases;
    phases.insert(phases.begin(), {Phase::kResolve, *result.dns_lookup});
  }
  result.success = !result.failure();
  result.duration = Clock::now() - start;
  log.Info("probe ended", {{"success", result.success ? "true" : "false"},
                           {"duration_seconds", std::to_string(result.duration.count())}});
  return result;
}

}  // namespace stapling
