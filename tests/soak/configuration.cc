#include "tests/soak/configuration.h"

#include <utility>

namespace stapling::testing {
namespace {

// No healthy server is so slow, and no machine so busy.
constexpr const char* kTimeout = "    timeout: 60s\n";

std::string Module(const std::string& library, const std::string& suffix,
                   const std::string& ca_file, const std::string& more) {
  return "  " + library + suffix + ":\n" + kTimeout + "    tls_library: " + library +
         "\n    tls_config: {ca_file: \"" + ca_file + "\"}\n" + more;
}

}  // namespace

std::string GoodConfiguration(const std::string& ca_file, std::uint16_t proxy_port,
                              std::size_t variant) {
  const std::string skew = std::to_string(5 + variant % 7) + "m";
  const std::pair<const char*, std::string> modules[] = {
      {"", "    staple: {clock_skew: " + skew + "}\n"},
      {"_required", "    staple: {require: always}\n"},
      {"_twice", "    staple: {attempts: 2}\n"},
      {"_vary", "    vary: {tls_versions: [TLS12, TLS13]}\n"},
      {"_crossed", "    cross_check: {responder: true, crl: true, min_interval: 1s}\n"},
      {"_proxied", std::string("    proxy_url: \"http://soak:") + kProxyPassword +
                       "@127.0.0.1:" + std::to_string(proxy_port) + "\"\n"},
      {"_smtp", "    starttls: smtp\n"}};
  std::string text = "default_module: openssl\nmodules:\n";
  for (const char* library : {"openssl", "gnutls"}) {
    for (const auto& [suffix, more] : modules) text += Module(library, suffix, ca_file, more);
    if (variant % 2 == 1) text += Module(library, "_now_and_then", ca_file, "");
  }
  return text + "targets: {deny: [denied.test]}\n";
}

const std::vector<std::string>& BadConfigurations() {
  static const std::vector<std::string> kTexts = {
      "", "hello\n", "modules:\n  openssl: {timeout: 5s\n", "modules:\n  openssl: {timeot: 5s}\n",
      "modules:\n  openssl:\n    tls_config: {ca_file: missing.pem}\n"};
  return kTexts;
}

}  // namespace stapling::testing
