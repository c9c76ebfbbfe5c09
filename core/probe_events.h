// What happened in a probe, as lines of its log.
//
// Words and keys of these lines are for people: they are no interface.
#pragma once

#include "core/failure.h"
#include "core/probe_log.h"
#include "core/probe_result.h"
#include "core/revocation/cross_check_report.h"
#include "core/tls/handshake.h"

namespace stapling {

void LogFailure(ProbeLog& log, const Failure& failure);
void LogHandshake(ProbeLog& log, const Handshake& handshake);
void LogStaples(ProbeLog& log, const Connection& connection);
void LogCrossCheck(ProbeLog& log, const CrossCheck& check);

}  // namespace stapling
