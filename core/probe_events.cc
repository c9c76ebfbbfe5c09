#include "core/probe_events.h"

#include <string>
#include <string_view>

namespace stapling {
namespace {

void LogExchange(ProbeLog& log, std::string_view what, const CaExchange& exchange,
                 std::string_view verdict) {
  const std::string depth = std::to_string(exchange.depth);
  if (exchange.failure) {
    log.Warning(std::string(what) + " failed",
                {{"depth", depth},
                 {"url", exchange.url},
                 {"reason", std::string(Describe(exchange.failure->reason).label)},
                 {"detail", exchange.failure->detail}});
  } else {
    log.Info(std::string(what) + " answered",
             {{"depth", depth}, {"url", exchange.url}, {"verdict", std::string(verdict)}});
  }
}

}  // namespace

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

void LogCrossCheck(ProbeLog& log, const CrossCheck& check) {
  if (check.chain_unverified) {
    log.Info("the CA is not asked: nothing vouches for the URLs of a chain that does not verify",
             {});
  }
  for (const ResponderReport& report : check.responders) {
    LogExchange(log, "responder", report.exchange,
                report.judgement ? Describe(report.judgement->verdict).label : "");
  }
  for (const CrlReport& report : check.crls) {
    LogExchange(log, "CRL", report.exchange,
                report.judgement ? Describe(report.judgement->verdict).label : "");
  }
}

}  // namespace stapling
