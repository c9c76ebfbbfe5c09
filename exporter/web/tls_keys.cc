#include <array>

#include "exporter/web/section.h"
#include "exporter/web/web_keys.h"

namespace stapling::exporter {
namespace {

template <typename Name>
std::string ListOf(std::span<const Name> names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + std::string(name.go);
  return list;
}

int ReadVersion(const Value& value) {
  const std::string text = ReadText(value);
  for (const GoTlsVersion& version : GoTlsVersions()) {
    if (version.go == text) return version.openssl;
  }
  value.Fail("must be one of " + ListOf(GoTlsVersions()) + ", not \"" + CleanText(text) + "\"");
}

std::vector<std::string> ReadTexts(const Value& value) {
  if (value.node.kind != YamlNode::Kind::kSequence) value.Fail("must be a list");
  std::vector<std::string> texts;
  texts.reserve(value.node.items.size());
  for (const YamlNode& item : value.node.items) {
    texts.push_back(ReadText({item, value.key, value.directory}));
  }
  return texts;
}

void ReadCipherSuites(const Value& value, TlsServerConfig& tls) {
  for (const std::string& name : ReadTexts(value)) {
    tls.cipher_suites_given = true;
    const auto known = std::ranges::find(GoCipherSuites(), name, &GoName::go);
    if (known != GoCipherSuites().end()) {
      tls.cipher_suites.emplace_back(known->openssl);
    } else if (std::ranges::find(GoTls13CipherSuites(), name) == GoTls13CipherSuites().end()) {
      value.Fail("does not know the cipher suite \"" + CleanText(name) + "\"");
    }
  }
}

void ReadCurves(const Value& value, TlsServerConfig& tls) {
  for (const std::string& name : ReadTexts(value)) {
    const auto known = std::ranges::find(GoCurves(), name, &GoName::go);
    if (known == GoCurves().end()) {
      value.Fail("must be of " + ListOf(GoCurves()) + ", not \"" + CleanText(name) + "\"");
    }
    tls.curves.emplace_back(known->openssl);
  }
}

struct TlsSection {
  TlsServerConfig tls;
  std::string client_auth_type;
};

void ReadClientAuth(const Value& value, TlsSection& section) {
  section.client_auth_type = ReadText(value);
  if (section.client_auth_type.empty()) return;
  const auto client_auth = ParseClientAuth(section.client_auth_type);
  if (!client_auth) {
    value.Fail(
        "must be NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven "
        "or RequireAndVerifyClientCert, not \"" +
        CleanText(section.client_auth_type) + "\"");
  }
  section.tls.client_auth = *client_auth;
}

using Key = SectionKey<TlsSection>;

constexpr std::array<Key, 13> kKeys = {{
    {"cert", [](const Value& v, TlsSection& s) { s.tls.certificate.text = ReadText(v); }},
    {"key", [](const Value& v, TlsSection& s) { s.tls.key.text = ReadText(v); }},
    {"client_ca", [](const Value& v, TlsSection& s) { s.tls.client_ca.text = ReadText(v); }},
    {"cert_file", [](const Value& v, TlsSection& s) { s.tls.certificate.file = ReadFileName(v); }},
    {"key_file", [](const Value& v, TlsSection& s) { s.tls.key.file = ReadFileName(v); }},
    {"client_ca_file",
     [](const Value& v, TlsSection& s) { s.tls.client_ca.file = ReadFileName(v); }},
    {"client_auth_type", ReadClientAuth},
    {"client_allowed_sans",
     [](const Value& v, TlsSection& s) { s.tls.client_allowed_sans = ReadTexts(v); }},
    {"min_version", [](const Value& v, TlsSection& s) { s.tls.min_version = ReadVersion(v); }},
    {"max_version", [](const Value& v, TlsSection& s) { s.tls.max_version = ReadVersion(v); }},
    {"cipher_suites", [](const Value& v, TlsSection& s) { ReadCipherSuites(v, s.tls); }},
    {"curve_preferences", [](const Value& v, TlsSection& s) { ReadCurves(v, s.tls); }},
    {"prefer_server_cipher_suites",
     [](const Value& v, TlsSection& s) { s.tls.prefer_server_cipher_suites = ReadSwitch(v); }},
}};

// What the keys come to together; empty if that is sense.
std::string ContradictionIn(const TlsServerConfig& tls) {
  if (tls.certificate.empty()) return "one of cert and cert_file is missing";
  if (tls.key.empty()) return "one of key and key_file is missing";
  if (!tls.client_ca.empty() && tls.client_auth == ClientAuth::kNone) {
    return "a client CA is given, but no client_auth_type that asks for certificates";
  }
  if (tls.client_allowed_sans && tls.client_auth != ClientAuth::kRequireAny &&
      tls.client_auth != ClientAuth::kRequireAndVerify) {
    return "client_allowed_sans needs the client_auth_type RequireAnyClientCert or "
           "RequireAndVerifyClientCert";
  }
  if (tls.min_version > tls.max_version) return "min_version is above max_version";
  if (tls.only_tls13_suites() && tls.max_version < 0x0304) {
    return "cipher_suites holds none for max_version";
  }
  return {};
}

}  // namespace

std::optional<TlsServerConfig> ReadTlsServerConfig(const YamlEntry& entry,
                                                   const std::string& directory) {
  TlsSection section;
  ReadSection<TlsSection>(entry, directory, kKeys, section);
  TlsServerConfig& tls = section.tls;
  const bool enabled = !tls.certificate.empty() || !tls.key.empty() || !tls.client_ca.empty() ||
                       !section.client_auth_type.empty();
  if (!enabled) return std::nullopt;
  const std::string contradiction = ContradictionIn(tls);
  if (!contradiction.empty()) throw YamlError(entry.line, "tls_server_config: " + contradiction);
  return std::move(tls);
}

}  // namespace stapling::exporter
