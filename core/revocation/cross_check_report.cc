#include "core/revocation/cross_check_report.h"

#include <algorithm>

namespace stapling {

std::string_view Label(RevocationStatus status) {
  switch (status) {
    case RevocationStatus::kGood:
      return "good";
    case RevocationStatus::kRevoked:
      return "revoked";
    case RevocationStatus::kUnknown:
      break;
  }
  return "unknown";
}

std::optional<bool> SchemeComparison::agreement() const {
  std::vector<RevocationStatus> said;
  for (const auto& status : {staple, responder, crl}) {
    if (status) said.push_back(*status);
  }
  if (said.size() < 2) return std::nullopt;
  return std::ranges::all_of(said, [&](RevocationStatus each) { return each == said.front(); });
}

}  // namespace stapling
