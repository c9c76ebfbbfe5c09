#include "core/tls/variants.h"

#include <algorithm>
#include <utility>

#include "core/tls/tls_library.h"

namespace stapling {
namespace {

// The values, or one that stands for "whichever".
template <typename T>
std::vector<std::optional<T>> OrAny(const std::vector<T>& values) {
  if (values.empty()) return {std::nullopt};
  return {values.begin(), values.end()};
}

// So servers say that they have nothing to choose from (RFC 8446 section 6.2).
bool FoundNothingInCommon(const Failure& failure) {
  constexpr std::uint8_t kHandshakeFailure = 40;
  constexpr std::uint8_t kInsufficientSecurity = 71;
  if (failure.reason != Reason::kAlert) return false;
  const std::uint8_t alert = failure.alert.value_or(0);
  return alert == kHandshakeFailure || alert == kInsufficientSecurity;
}

bool ServesVersion(std::optional<TlsVersion> version, const Connection& connection,
                   const std::vector<Connection>& all) {
  return std::ranges::any_of(all, [&](const Connection& other) {
    return other.completed() && other.address == connection.address &&
           other.combination.tls_version == version;
  });
}

// A server from before TLS 1.3 does not know that it was offered another version: it finds no
// cipher suite in common.
bool LacksVersion(const Connection& connection, const std::vector<Connection>& all) {
  const std::optional<TlsVersion> version = connection.combination.tls_version;
  if (!version || ServesVersion(version, connection, all)) return false;
  const auto other = *version == TlsVersion::kTls13 ? TlsVersion::kTls12 : TlsVersion::kTls13;
  if (!ServesVersion(other, connection, all)) return false;
  return connection.failure->reason == Reason::kNoSharedVersion ||
         (*version == TlsVersion::kTls13 && FoundNothingInCommon(*connection.failure));
}

bool ServesAnotherKeyType(const Connection& connection, const std::vector<Connection>& all) {
  return std::ranges::any_of(all, [&](const Connection& other) {
    return other.completed() && other.address == connection.address &&
           other.combination.tls_version == connection.combination.tls_version;
  });
}

std::optional<Reason> WhyUnsupported(const Connection& connection,
                                     const std::vector<Connection>& all) {
  if (!connection.failure || connection.failure->phase != Phase::kHandshake) return std::nullopt;
  // Who has shown a certificate does the combination.
  if (connection.attempts.made > 0 || !connection.handshake.chain.empty()) return std::nullopt;
  if (LacksVersion(connection, all)) return Reason::kNoSharedVersion;
  if (connection.combination.key_type && FoundNothingInCommon(*connection.failure) &&
      ServesAnotherKeyType(connection, all)) {
    return Reason::kNoSharedKeyType;
  }
  return std::nullopt;
}

}  // namespace

Result<std::shared_ptr<const TlsClient>> TlsClientPool::Get(
    const TlsSettings& settings, const std::shared_ptr<const TrustStore>& trust_store) {
  for (const Entry& entry : entries_) {
    if (entry.settings == settings && entry.trust_store == trust_store) return entry.client;
  }
  auto made = MakeTlsClient(settings, trust_store);
  if (!made) return Error{made.error()};
  entries_.push_back({settings, trust_store, std::move(made).value()});
  return entries_.back().client;
}

Result<std::vector<TlsVariant>> MakeTlsVariants(
    const Module& module, const std::shared_ptr<const TrustStore>& trust_store,
    TlsClientPool& pool) {
  std::vector<TlsVariant> variants;
  for (const auto version : OrAny(module.vary.tls_versions)) {
    for (const auto key_type : OrAny(module.vary.key_types)) {
      TlsSettings settings = module.tls;
      if (version) settings.min_version = settings.max_version = *version;
      if (key_type) settings.key_type = key_type;
      auto client = pool.Get(settings, trust_store);
      if (!client) return Error{client.error()};
      variants.push_back({version, key_type, std::move(client).value()});
    }
  }
  return variants;
}

void TellUnsupported(std::vector<Connection>& connections) {
  std::vector<std::optional<Reason>> reasons;
  reasons.reserve(connections.size());
  for (const Connection& connection : connections) {
    reasons.push_back(WhyUnsupported(connection, connections));
  }
  for (std::size_t i = 0; i < connections.size(); ++i) {
    if (!reasons[i]) continue;
    connections[i].unsupported = std::exchange(connections[i].failure, std::nullopt);
    connections[i].unsupported->reason = *reasons[i];
  }
}

}  // namespace stapling
