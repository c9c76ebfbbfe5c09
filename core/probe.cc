#include "core/probe.h"

#include <algorithm>
#include <variant>

#include "core/net/connection.h"
#include "core/tls/tls_library.h"
#include "core/x509/certificate.h"
#include "core/x509/issuer.h"
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

// SNI holds a DNS name without a trailing dot, and no address (RFC 6066 section 3).
std::string SniOf(std::string name) {
  if (IpAddress::Parse(name)) return {};
  if (name.ends_with('.')) name.pop_back();
  return name;
}

bool IsRequired(StapleRequirement requirement, const StapleReport& report) {
  switch (requirement) {
    case StapleRequirement::kNever:
      return false;
    case StapleRequirement::kMustStaple:
      return report.must_staple;
    case StapleRequirement::kExpected:
      return report.must_staple || report.names_responder;
    case StapleRequirement::kAlways:
      return true;
  }
  return false;
}

// Judges one connection's chain, staple by staple.
class ChainJudge {
 public:
  ChainJudge(const Module& module, const TrustStore& trust_store, const Handshake& handshake,
             std::chrono::sys_seconds now)
      : module_(module), trust_store_(trust_store), handshake_(handshake), now_(now) {
    for (const PresentedCertificate& presented : handshake.chain) {
      presented_.push_back(Share(presented.certificate.get()));
    }
  }

  [[nodiscard]] std::vector<StapleReport> Run() const {
    std::vector<StapleReport> reports;
    const std::size_t depths = std::min<std::size_t>(presented_.size(), kMaxReportedDepth + 1);
    for (unsigned depth = 0; depth < depths; ++depth) {
      if (depth > 0 && IsSelfIssued(presented_[depth].get())) continue;
      reports.push_back(Report(depth));
    }
    return reports;
  }

 private:
  [[nodiscard]] StapleReport Report(unsigned depth) const {
    X509* certificate = presented_[depth].get();
    StapleReport report{.depth = depth,
                        .must_staple = IsMustStaple(certificate),
                        .names_responder = !ResponderUrls(certificate).empty()};
    const bool has_place = depth == 0 || handshake_.staples_for_chain;
    if (depth == 0 || (module_.staple.chain && has_place)) {
      report.required = IsRequired(module_.staple.require, report);
      report.expected = *report.required || report.must_staple || report.names_responder;
    }
    const auto& staple = handshake_.chain[depth].staple;
    if (has_place) report.present = staple.has_value();
    if (staple) report.judgement = JudgeStaple(certificate, *staple);
    return report;
  }

  [[nodiscard]] Judgement JudgeStaple(X509* certificate, const Bytes& staple) const {
    const X509Ptr issuer = FindIssuer(certificate, {.verified_chain = handshake_.verified_chain,
                                                    .presented = presented_,
                                                    .trust_store = &trust_store_});
    return Judge({.response = staple,
                  .certificate = certificate,
                  .issuer = issuer.get(),
                  .now = now_,
                  .policy = module_.staple.policy});
  }

  const Module& module_;
  const TrustStore& trust_store_;
  const Handshake& handshake_;
  std::chrono::sys_seconds now_;
  std::vector<X509Ptr> presented_;
};

std::string AtDepth(const StapleReport& report) {
  return "depth " + std::to_string(report.depth) + ": " +
         std::string(Describe(report.judgement.verdict).label);
}

std::optional<Reason> StapleObjection(const StapleReport& report) {
  if (!report.present.value_or(false)) {
    if (report.required.value_or(false)) return Reason::kStapleMissing;
    return std::nullopt;
  }
  switch (report.judgement.verdict) {
    case Verdict::kGood:
      return std::nullopt;
    case Verdict::kRevoked:
      return Reason::kRevoked;
    case Verdict::kUnknown:
      return Reason::kUnknown;
    default:
      return Reason::kStapleInvalid;
  }
}

// What a strict client would object to first: the chain, the name, then each staple.
std::optional<Failure> Objection(const Module& module, const Connection& connection) {
  const auto object = [](Reason reason, std::string detail) {
    return Failure{Phase::kJudge, reason, std::move(detail)};
  };
  if (!module.tls.insecure_skip_verify) {
    if (connection.handshake.chain_error) {
      return object(Reason::kChainInvalid, connection.handshake.chain_error_detail);
    }
    if (!connection.handshake.chain_checked) {
      return object(Reason::kChainInvalid, "no certificate was seen");
    }
    if (!connection.hostname_valid.value_or(false)) return object(Reason::kHostnameMismatch, "");
  }
  for (const StapleReport& report : connection.staples) {
    if (const auto reason = StapleObjection(report)) return object(*reason, AtDepth(report));
  }
  return std::nullopt;
}

void LogFailure(ProbeLog& log, const Failure& failure) {
  log.Warning("probe failed", {{"phase", std::string(Describe(failure.phase).label)},
                               {"reason", std::string(Describe(failure.reason).label)},
                               {"detail", failure.detail}});
}

// Passes the denied ones over. Nothing, and the connection's failure, if all of them are.
std::optional<IpAddress> FirstAllowed(const TargetPolicy& policy, const Target& target,
                                      const std::vector<IpAddress>& addresses,
                                      Connection& connection, ProbeLog& log) {
  std::optional<std::string> first_denial;
  for (const IpAddress& address : addresses) {
    const auto denial = policy.Denial(target, address);
    if (!denial) {
      if (first_denial) log.Warning("addresses passed over", {{"denied", *first_denial}});
      return address;
    }
    if (!first_denial) first_denial = address.ToString() + ": " + *denial;
  }
  connection.failure = Failure{Phase::kResolve, Reason::kDenied, first_denial.value_or("")};
  return std::nullopt;
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

const std::optional<Failure>& ProbeResult::failure() const {
  static const std::optional<Failure> kNone;
  const auto failed = std::ranges::find_if(
      connections, [](const Connection& of) { return of.failure.has_value(); });
  return failed == connections.end() ? kNone : failed->failure;
}

Prober::Prober(Module module, std::shared_ptr<const TrustStore> trust_store,
               std::unique_ptr<TlsClient> tls_client, ResolverSettings resolver,
               TargetPolicy policy)
    : module_(std::move(module)),
      trust_store_(std::move(trust_store)),
      tls_client_(std::move(tls_client)),
      resolver_(std::move(resolver)),
      policy_(std::move(policy)) {}

Result<std::shared_ptr<const Prober>> Prober::Make(Module module,
                                                   std::shared_ptr<const TrustStore> trust_store,
                                                   ResolverSettings resolver, TargetPolicy policy) {
  auto client = MakeTlsClient(module.tls, trust_store);
  if (!client) return Error{client.error()};
  return std::shared_ptr<const Prober>(new Prober(std::move(module), std::move(trust_store),
                                                  std::move(client).value(), std::move(resolver),
                                                  std::move(policy)));
}

std::optional<IpAddress> Prober::ResolveTarget(const ProbeRequest& request, Deadline deadline,
                                               Connection& connection, ProbeLog& log) const {
  const PhaseTimer timer(connection, Phase::kResolve);
  if (auto denial = policy_.Denial(request.target)) {
    connection.failure = Failure{Phase::kResolve, Reason::kDenied, std::move(*denial)};
    return std::nullopt;
  }
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
  return FirstAllowed(policy_, request.target, resolution.addresses, connection, log);
}

void Prober::Converse(const ProbeRequest& request, Deadline deadline, std::chrono::sys_seconds now,
                      Connection& connection, ProbeLog& log) const {
  FileDescriptor socket;
  {
    const PhaseTimer timer(connection, Phase::kConnect);
    auto connected = Connect(*connection.address, request.target.port,
                             IpAddress::Parse(module_.source_ip_address), deadline);
    if (auto* failure = std::get_if<Failure>(&connected)) {
      connection.failure = std::move(*failure);
      return;
    }
    socket = std::move(std::get<FileDescriptor>(connected));
    log.Info("connected", {{"address", connection.address->ToString()},
                           {"port", std::to_string(request.target.port)}});
  }
  const std::string server_name = ServerName(module_, request);
  {
    const PhaseTimer timer(connection, Phase::kHandshake);
    connection.handshake = tls_client_->Perform(
        socket.get(), {.server_name = SniOf(server_name), .now = now}, deadline);
    LogHandshake(log, connection.handshake);
  }
  {
    const PhaseTimer timer(connection, Phase::kJudge);
    connection.staples = ChainJudge(module_, *trust_store_, connection.handshake, now).Run();
    if (!connection.handshake.chain.empty()) {
      connection.hostname_valid =
          MatchesHost(connection.handshake.chain.front().certificate.get(), server_name);
    }
    LogStaples(log, connection);
  }
  connection.failure =
      connection.handshake.failure ? connection.handshake.failure : Objection(module_, connection);
}

ProbeResult Prober::Probe(const ProbeRequest& request, Deadline deadline, ProbeLog& log) const {
  const auto start = Clock::now();
  ProbeResult result;
  result.now = request.at.value_or(
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  log.Info("probe started", {{"target", request.target.text}, {"module", module_.name}});

  Connection& connection = result.connections.emplace_back();
  connection.address = ResolveTarget(request, deadline, connection, log);
  result.dns_lookup = connection.phases.front().second;
  if (connection.address) Converse(request, deadline, result.now, connection, log);
  if (connection.failure) LogFailure(log, *connection.failure);
  result.success = !connection.failure;
  result.duration = Clock::now() - start;
  log.Info("probe ended", {{"success", result.success ? "true" : "false"},
                           {"duration_seconds", std::to_string(result.duration.count())}});
  return result;
}

}  // namespace stapling
