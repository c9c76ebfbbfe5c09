// TLS servers that people run, each started from a configuration in a directory of its own.
//
// A server that is not installed is an Error, so that a test fails rather than passes over it.
// gnutls-serv and the OCSP responder of OpenSSL cannot be told an address: those two listen on all.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "tests/integration/site.h"
#include "tests/support/process.h"

namespace stapling::testing {

// Where the program is: in PATH or, as daemons are, in /usr/sbin. Otherwise the name itself.
std::string FindProgram(const std::string& name);

class RealServer {
 public:
  // The command line that serves on this port.
  using CommandLine = std::function<std::vector<std::string>(std::uint16_t port)>;

  // Returns once it accepts connections. Another port is tried when one was taken meanwhile.
  static Result<std::unique_ptr<RealServer>> Start(const CommandLine& command_line);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string Target() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] Process& process() { return *process_; }

 private:
  RealServer(std::unique_ptr<Process> process, std::uint16_t port)
      : process_(std::move(process)), port_(port) {}

  std::unique_ptr<Process> process_;
  std::uint16_t port_;
};

using StartedServer = Result<std::unique_ptr<RealServer>>;

enum class ServerTls { k12, k13 };

// `staple_file` empty: stapling is off.
StartedServer StartNginx(const Site& site, ServerTls version, const std::string& staple_file);

// With a master process, which reads the file again on SIGHUP; the others cannot do that.
StartedServer StartNginxThatReloads(const Site& site, const std::string& staple_file);

// Fetches its staple itself, from this responder, once the first client asks for one.
// `more` are further directives.
StartedServer StartNginxWithResponder(const Site& site, const std::string& responder_url,
                                      const std::string& more = {});

// Plain HTTP at `address`:`port` too, from the files of the site's directory.
StartedServer StartNginxForFiles(const Site& site, const std::string& address, std::uint16_t port);

struct ApacheStapling {
  std::string responder_url;
  std::vector<std::string> directives = {};  // further ones of mod_ssl
};
StartedServer StartApache(const Site& site, const ApacheStapling& stapling);

// With the staple beside its PEM file, as HAProxy finds it.
StartedServer StartHaproxy(const Site& site, const Bytes& staple);

// One staple for each certificate of the chain, leaf first. TLS 1.3 only.
StartedServer StartGnutlsServ(const Site& site, const std::vector<std::string>& staple_files);

StartedServer StartOpensslServer(const Site& site, const std::string& staple_file);

}  // namespace stapling::testing
