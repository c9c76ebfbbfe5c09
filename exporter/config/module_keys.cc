#include "exporter/config/module_keys.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <string_view>
#include <vector>

#include "core/net/ip_address.h"
#include "core/net/target.h"
#include "core/tls/tls_library.h"
#include "core/x509/text.h"
#include "exporter/config/cross_check_keys.h"
#include "exporter/config/duration.h"
#include "exporter/config/key.h"
#include "exporter/config/suggestion.h"

namespace stapling::exporter {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kMaxTimeout = std::chrono::minutes(10);
constexpr unsigned kMaxAttempts = 20;
constexpr unsigned kMaxCombinations = 256;
constexpr std::size_t kMaxModuleName = 255;  // a key of YAML 1.2 has at most 1024
constexpr std::size_t kMaxAlpnName = 255;    // RFC 7301 section 3.1

constexpr std::array<Choice<IpProtocol>, 2> kIpProtocols = {
    {{"ip4", IpProtocol::kIp4}, {"ip6", IpProtocol::kIp6}}};
constexpr std::array<Choice<TlsLibrary>, 2> kTlsLibraries = {
    {{"openssl", TlsLibrary::kOpenssl}, {"gnutls", TlsLibrary::kGnutls}}};
constexpr std::array<Choice<TlsVersion>, 2> kTlsVersions = {
    {{"TLS12", TlsVersion::kTls12}, {"TLS13", TlsVersion::kTls13}}};
constexpr std::array<Choice<StapleRequirement>, 4> kRequirements = {
    {{"never", StapleRequirement::kNever},
     {"must_staple", StapleRequirement::kMustStaple},
     {"expected", StapleRequirement::kExpected},
     {"always", StapleRequirement::kAlways}}};

void ReadTimeout(const Value& value, Module& module) {
  module.timeout = ReadDuration(value);
  if (module.timeout == milliseconds::zero() || module.timeout > kMaxTimeout) {
    value.Fail("must be more than 0s and at most " + PrintDuration(kMaxTimeout));
  }
}

void ReadTlsLibrary(const Value& value, Module& module) {
  module.tls.library = ReadChoice(value, kTlsLibraries);
  if (!IsBuiltIn(module.tls.library)) value.Fail("must be openssl: this build has no gnutls");
}

void ReadSourceIpAddress(const Value& value, Module& module) {
  module.source_ip_address = ReadText(value);
  if (!module.source_ip_address.empty() && !IpAddress::Parse(module.source_ip_address)) {
    value.Fail("must be an IP address, not \"" + CleanText(module.source_ip_address) + "\"");
  }
}

void ReadAlpn(const Value& value, Module& module) {
  if (value.node.kind != YamlNode::Kind::kSequence) value.Fail("must be a list, such as [h2]");
  module.tls.alpn.clear();
  for (const YamlNode& item : value.node.items) {
    const std::string name = ReadText({item, "a name of alpn", value.directory});
    if (name.empty() || name.size() > kMaxAlpnName) {
      throw YamlError(item.line, "a name of alpn must have 1 to 255 octets");
    }
    module.tls.alpn.push_back(name);
  }
}

std::string PrintAlpn(const Module& module) {
  std::string list;
  for (const std::string& name : module.tls.alpn) {
    list += (list.empty() ? "" : ", ") + QuoteYaml(name);
  }
  return "[" + list + "]";
}

void ReadServerName(const Value& value, Module& module) {
  std::string& name = module.tls.server_name = ReadText(value);
  if (!name.empty() && !IsHostName(name) && !IpAddress::Parse(name)) {
    value.Fail("must be a host name or an IP address, not \"" + CleanText(name) + "\"");
  }
}

void ReadMaxAge(const Value& value, Module& module) {
  const std::chrono::seconds age = ReadWholeSeconds(value);
  module.staple.policy.max_age.reset();
  if (age != std::chrono::seconds::zero()) module.staple.policy.max_age = age;
}

std::string PrintMaxAge(const Module& module) {
  return Print(module.staple.policy.max_age.value_or(std::chrono::seconds::zero()));
}

StartTls ReadProtocolName(const Value& value) {
  const std::string text = ReadText(value);
  std::vector<std::string_view> names;
  for (const StartTlsInfo& row : StartTlsProtocols()) {
    if (row.name == text) return row.protocol;
    names.push_back(row.name);
  }
  value.Fail("does not know the protocol \"" + CleanText(text) + "\"" + Suggestion(text, names));
}

void ReadEhloName(const Value& value, Module& module) {
  std::string& name = module.starttls.ehlo_name = ReadText(value);
  // An address literal stands in brackets (RFC 5321 section 4.1.3).
  const bool literal = name.size() > 2 && name.front() == '[' && name.back() == ']' &&
                       std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7F; });
  if (!name.empty() && !literal && !IsHostName(name)) {
    value.Fail("must be a host name or an [address], not \"" + CleanText(name) + "\"");
  }
}

void ReadXmppDomain(const Value& value, Module& module) {
  std::string& name = module.starttls.xmpp_domain = ReadText(value);
  if (!name.empty() && !IsHostName(name)) {
    value.Fail("must be a domain name, not \"" + CleanText(name) + "\"");
  }
}

constexpr std::array<Key, 2> kStartTlsKeys = {{
    {"ehlo_name", ReadEhloName, [](const Module& m) { return Print(m.starttls.ehlo_name); }},
    {"xmpp_domain", ReadXmppDomain, [](const Module& m) { return Print(m.starttls.xmpp_domain); }},
}};

constexpr std::array<Key, 7> kTlsKeys = {{
    {"ca_file", [](const Value& v, Module& m) { m.tls.ca_file = ReadFileName(v); },
     [](const Module& m) { return Print(m.tls.ca_file); }},
    {"cert_file", [](const Value& v, Module& m) { m.tls.cert_file = ReadFileName(v); },
     [](const Module& m) { return Print(m.tls.cert_file); }},
    {"key_file", [](const Value& v, Module& m) { m.tls.key_file = ReadFileName(v); },
     [](const Module& m) { return Print(m.tls.key_file); }},
    {"server_name", ReadServerName, [](const Module& m) { return Print(m.tls.server_name); }},
    {"insecure_skip_verify",
     [](const Value& v, Module& m) { m.tls.insecure_skip_verify = ReadBoolean(v); },
     [](const Module& m) { return Print(m.tls.insecure_skip_verify); }},
    {"min_version",
     [](const Value& v, Module& m) { m.tls.min_version = ReadChoice(v, kTlsVersions); },
     [](const Module& m) { return WordOf(kTlsVersions, m.tls.min_version); }},
    {"max_version",
     [](const Value& v, Module& m) { m.tls.max_version = ReadChoice(v, kTlsVersions); },
     [](const Module& m) { return WordOf(kTlsVersions, m.tls.max_version); }},
}};

constexpr std::array<Key, 6> kStapleKeys = {{
    {"require", [](const Value& v, Module& m) { m.staple.require = ReadChoice(v, kRequirements); },
     [](const Module& m) { return WordOf(kRequirements, m.staple.require); }},
    {"chain", [](const Value& v, Module& m) { m.staple.chain = ReadBoolean(v); },
     [](const Module& m) { return Print(m.staple.chain); }},
    {"attempts", [](const Value& v, Module& m) { m.staple.attempts = ReadCount(v, kMaxAttempts); },
     [](const Module& m) { return std::to_string(m.staple.attempts); }},
    {"clock_skew",
     [](const Value& v, Module& m) { m.staple.policy.clock_skew = ReadWholeSeconds(v); },
     [](const Module& m) { return Print(m.staple.policy.clock_skew); }},
    {"max_age", ReadMaxAge, PrintMaxAge},
    {"require_next_update",
     [](const Value& v, Module& m) { m.staple.policy.require_next_update = ReadBoolean(v); },
     [](const Module& m) { return Print(m.staple.policy.require_next_update); }},
}};

constexpr std::array<Key, 8> kModuleKeys = {{
    {"timeout", ReadTimeout, [](const Module& m) { return Print(m.timeout); }},
    {"tls_library", ReadTlsLibrary,
     [](const Module& m) { return WordOf(kTlsLibraries, m.tls.library); }},
    {"preferred_ip_protocol",
     [](const Value& v, Module& m) { m.preferred_ip_protocol = ReadChoice(v, kIpProtocols); },
     [](const Module& m) { return WordOf(kIpProtocols, m.preferred_ip_protocol); }},
    {"ip_protocol_fallback",
     [](const Value& v, Module& m) { m.ip_protocol_fallback = ReadBoolean(v); },
     [](const Module& m) { return Print(m.ip_protocol_fallback); }},
    {"source_ip_address", ReadSourceIpAddress,
     [](const Module& m) { return Print(m.source_ip_address); }},
    {"proxy_url", [](const Value& v, Module& m) { m.proxy = ReadProxyUrl(v); },
     [](const Module& m) { return PrintProxy(m.proxy); }},
    {"starttls", [](const Value& v, Module& m) { m.starttls.protocol = ReadProtocolName(v); },
     [](const Module& m) { return Print(std::string(Describe(m.starttls.protocol).name)); }},
    {"alpn", ReadAlpn, PrintAlpn},
}};

enum class Addresses : std::uint8_t { kFirst, kAll };
constexpr std::array<Choice<Addresses>, 2> kAddresses = {
    {{"first", Addresses::kFirst}, {"all", Addresses::kAll}}};
constexpr std::array<Choice<KeyType>, 2> kKeyTypes = {
    {{"rsa", KeyType::kRsa}, {"ecdsa", KeyType::kEcdsa}}};

constexpr std::array<Key, 4> kVaryKeys = {{
    {"addresses",
     [](const Value& v, Module& m) {
       m.vary.all_addresses = ReadChoice(v, kAddresses) == Addresses::kAll;
     },
     [](const Module& m) {
       return WordOf(kAddresses, m.vary.all_addresses ? Addresses::kAll : Addresses::kFirst);
     }},
    {"tls_versions",
     [](const Value& v, Module& m) { m.vary.tls_versions = ReadChoices(v, kTlsVersions); },
     [](const Module& m) { return PrintChoices(m.vary.tls_versions, kTlsVersions); }},
    {"key_types", [](const Value& v, Module& m) { m.vary.key_types = ReadChoices(v, kKeyTypes); },
     [](const Module& m) { return PrintChoices(m.vary.key_types, kKeyTypes); }},
    {"max_combinations",
     [](const Value& v, Module& m) { m.vary.max_combinations = ReadCount(v, kMaxCombinations); },
     [](const Module& m) { return std::to_string(m.vary.max_combinations); }},
}};

// A mapping within a module.
struct Section {
  std::string_view name;
  std::span<const Key> keys;
};

std::span<const Section> Sections() {
  static const std::array<Section, 5> sections = {{{"starttls_config", kStartTlsKeys},
                                                   {"tls_config", kTlsKeys},
                                                   {"staple", kStapleKeys},
                                                   {"vary", kVaryKeys},
                                                   {"cross_check", CrossCheckKeys()}}};
  return sections;
}

std::string PlaceOf(const Module& module) { return "module \"" + CleanText(module.name) + "\""; }

template <typename Row>
const Row* FindRow(std::span<const Row> rows, std::string_view name) {
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

[[noreturn]] void FailUnknown(const YamlEntry& entry, std::span<const Key> keys,
                              std::span<const Section> sections, const std::string& place) {
  std::vector<std::string_view> names;
  for (const Key& key : keys) names.push_back(key.name);
  for (const Section& section : sections) names.push_back(section.name);
  throw YamlError(entry.line, "unknown key \"" + CleanText(entry.key) + "\" in " + place +
                                  Suggestion(entry.key, names));
}

// Reads every entry by its row, in the order of the file. An empty mapping may be left out.
void ReadKeys(const Value& value, std::span<const Key> keys, std::span<const Section> sections,
              const std::string& place, Module& module) {
  if (value.node.kind == YamlNode::Kind::kNull) return;
  if (value.node.kind != YamlNode::Kind::kMapping) value.Fail("must be a mapping");
  for (const YamlEntry& entry : value.node.entries) {
    const Value entry_value{entry.value, entry.key, value.directory};
    if (const Key* key = FindRow(keys, entry.key)) {
      key->read(entry_value, module);
    } else if (const Section* section = FindRow(sections, entry.key)) {
      ReadKeys(entry_value, section->keys, {}, entry.key + " of " + place, module);
    } else {
      FailUnknown(entry, keys, sections, place);
    }
  }
}

std::string PrintKeys(std::span<const Key> keys, const Module& module, const std::string& indent) {
  std::string lines;
  for (const Key& key : keys) {
    lines += indent + std::string(key.name) + ": " + key.print(module) + "\n";
  }
  return lines;
}

int LineOf(const YamlEntry& module, std::string_view section, std::string_view key) {
  const YamlNode* node = module.value.Find(section);
  if (node != nullptr) node = node->Find(key);
  return node == nullptr ? module.line : node->line;
}

// What no single key can know.
void CheckTogether(const Module& module, const YamlEntry& entry) {
  const TlsSettings& tls = module.tls;
  if (tls.min_version > tls.max_version) {
    // One of them was given: the defaults do not contradict each other.
    const int line = std::max(LineOf(entry, "tls_config", "min_version"),
                              LineOf(entry, "tls_config", "max_version"));
    throw YamlError(line, "min_version " + WordOf(kTlsVersions, tls.min_version) +
                              " is above max_version " + WordOf(kTlsVersions, tls.max_version) +
                              " in " + PlaceOf(module));
  }
  if (!tls.key_file.empty() && tls.cert_file.empty()) {
    throw YamlError(LineOf(entry, "tls_config", "key_file"),
                    "key_file without cert_file in " + PlaceOf(module));
  }
  if (module.proxy && module.vary.all_addresses) {
    throw YamlError(
        LineOf(entry, "vary", "addresses"),
        "addresses cannot be all behind a proxy, which alone knows them, in " + PlaceOf(module));
  }
}

}  // namespace

Module ReadModule(const YamlEntry& entry, const std::string& directory) {
  if (entry.key.empty()) throw YamlError(entry.line, "a module needs a name");
  if (entry.key.size() > kMaxModuleName) {
    throw YamlError(entry.line, "a module's name must have at most 255 octets");
  }
  Module module;
  module.name = entry.key;
  const std::string place = PlaceOf(module);
  ReadKeys({entry.value, place, directory}, kModuleKeys, Sections(), place, module);
  CheckTogether(module, entry);
  return module;
}

std::string PrintModule(const Module& module, const std::string& indent) {
  std::string lines = PrintKeys(kModuleKeys, module, indent);
  for (const Section& section : Sections()) {
    lines += indent + std::string(section.name) + ":\n";
    lines += PrintKeys(section.keys, module, indent + "  ");
  }
  return lines;
}

}  // namespace stapling::exporter
