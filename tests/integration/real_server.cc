#include "tests/integration/real_server.h"

#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <utility>

#include "tests/support/free_port.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

constexpr std::chrono::seconds kPatience{30};

}  // namespace

std::string FindProgram(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream directories(std::string(path == nullptr ? "" : path) + ":/usr/sbin");
  for (std::string directory; std::getline(directories, directory, ':');) {
    std::string candidate = directory;
    candidate.append("/").append(name);
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return name;
}

StartedServer RealServer::Start(const CommandLine& command_line) {
  constexpr int kAttempts = 3;
  std::string said;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::uint16_t port = FreePort();
    auto started = Process::Start({.arguments = command_line(port)});
    if (!started) return Error{started.error()};
    std::unique_ptr<Process> process = std::move(started).value();
    const auto accepts = [&] {
      return WaitForPort(port, "127.0.0.1", std::chrono::milliseconds(50));
    };
    const bool settled = WaitUntil([&] { return !process->Running() || accepts(); }, kPatience);
    if (settled && process->Running()) {
      return std::unique_ptr<RealServer>(new RealServer(std::move(process), port));
    }
    said = process->Output() + process->Errors();
  }
  return Error{command_line(0).front() + " does not serve; it said: " + said};
}

namespace {

constexpr const char* kOneProcess = "master_process off;";
// The worker would be another user, whom a user namespace does not know.
constexpr const char* kMasterAndWorker = "worker_processes 1; user root root;";

// `server` is the one server of the file, but for its first address.
StartedServer StartNginxAs(const Site& site, const std::string& server, const std::string& listen,
                           const std::string& processes = kOneProcess) {
  return RealServer::Start([&](std::uint16_t port) -> std::vector<std::string> {
    const std::string configuration =
        "daemon off; " + processes +
        " pid nginx.pid; error_log stderr;\n"
        "events { worker_connections 64; }\n"
        "http {\n"
        "  access_log off;\n"
        "  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n"
        "  uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n"
        "  server {\n"
        "    listen 127.0.0.1:" +
        std::to_string(port) + listen + ";\n    " + server + "\n  }\n}\n";
    return {FindProgram("nginx"),
            "-e",
            "stderr",
            "-p",
            site.directory().path().string(),
            "-c",
            site.directory().Write("nginx.conf", configuration)};
  });
}

StartedServer StartNginx(const Site& site, const std::string& directives,
                         const std::string& processes = kOneProcess) {
  return StartNginxAs(site,
                      "ssl_certificate " + site.ChainFile() + "; ssl_certificate_key " +
                          site.KeyFile() + ";\n    " + directives + "\n    return 204;",
                      " ssl", processes);
}

}  // namespace

StartedServer StartNginxForFiles(const Site& site, const std::string& address, std::uint16_t port) {
  return StartNginxAs(site,
                      "listen " + address + ":" + std::to_string(port) + "; root " +
                          site.directory().path().string() + ";",
                      "");
}

StartedServer StartNginx(const Site& site, ServerTls version, const std::string& staple_file) {
  const std::string protocol = version == ServerTls::k12 ? "TLSv1.2" : "TLSv1.3";
  const std::string stapling = staple_file.empty()
                                   ? "ssl_stapling off;"
                                   : "ssl_stapling on; ssl_stapling_file " + staple_file + ";";
  return StartNginx(site, "ssl_protocols " + protocol + "; " + stapling);
}

StartedServer StartNginxThatReloads(const Site& site, const std::string& staple_file) {
  return StartNginx(site, "ssl_stapling on; ssl_stapling_file " + staple_file + ";",
                    kMasterAndWorker);
}

StartedServer StartNginxWithResponder(const Site& site, const std::string& responder_url,
                                      const std::string& more) {
  return StartNginx(site, "ssl_stapling on; ssl_stapling_responder " + responder_url + "; " + more);
}

StartedServer StartApache(const Site& site, const ApacheStapling& stapling) {
  const std::string directory = site.directory().path().string();
  std::string more;
  for (const std::string& directive : stapling.directives) more += directive + "\n";
  return RealServer::Start([&](std::uint16_t port) -> std::vector<std::string> {
    const std::string address = "127.0.0.1:" + std::to_string(port);
    std::string configuration;
    for (const char* module : {"mpm_event", "socache_shmcb", "ssl"}) {
      configuration += "LoadModule " + std::string(module) +
                       "_module /usr/lib/apache2/modules/mod_" + module + ".so\n";
    }
    // Started as root, it wants to be somebody else.
    configuration +=
        "User nobody\nGroup nogroup\nServerName leaf.test\nErrorLog /dev/stderr\n"
        "LogLevel info\nMutex sem default\nDefaultRuntimeDir " +
        directory + "\nPidFile " + directory + "/httpd.pid\nListen " + address +
        "\nSSLStaplingCache shmcb:" + directory + "/stapling(65536)\n<VirtualHost " + address +
        ">\nSSLEngine on\nSSLCertificateFile " + site.ChainFile() + "\nSSLCertificateKeyFile " +
        site.KeyFile() + "\nSSLUseStapling on\nSSLStaplingForceURL " + stapling.responder_url +
        "\n" + more + "</VirtualHost>\n";
    return {FindProgram("apache2"),
            "-X",
            "-d",
            directory,
            "-f",
            site.directory().Write("httpd.conf", configuration)};
  });
}

StartedServer StartHaproxy(const Site& site, const Bytes& staple) {
  const std::string pem = site.directory().Write(
      "haproxy.pem", site.directory().Read("chain.pem") + site.directory().Read("key.pem"));
  site.WriteBytes("haproxy.pem.ocsp", staple);
  return RealServer::Start([&](std::uint16_t port) -> std::vector<std::string> {
    const std::string configuration =
        "defaults\n  mode http\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n"
        "frontend tls\n  bind 127.0.0.1:" +
        std::to_string(port) + " ssl crt " + pem + "\n  http-request return status 200\n";
    return {FindProgram("haproxy"), "-db", "-f",
            site.directory().Write("haproxy.cfg", configuration)};
  });
}

StartedServer StartGnutlsServ(const Site& site, const std::vector<std::string>& staple_files) {
  return RealServer::Start([&](std::uint16_t port) {
    std::vector<std::string> arguments = {FindProgram("gnutls-serv"),
                                          "--quiet",
                                          "--disable-client-cert",
                                          "--http",
                                          "--priority",
                                          "NORMAL:-VERS-ALL:+VERS-TLS1.3",
                                          "--port",
                                          std::to_string(port),
                                          "--x509certfile",
                                          site.ChainFile(),
                                          "--x509keyfile",
                                          site.KeyFile()};
    for (const std::string& file : staple_files) {
      arguments.emplace_back("--ocsp-response");
      arguments.push_back(file);
    }
    return arguments;
  });
}

StartedServer StartOpensslServer(const Site& site, const std::string& staple_file) {
  return RealServer::Start([&](std::uint16_t port) -> std::vector<std::string> {
    return {FindProgram("openssl"),
            "s_server",
            "-www",
            "-accept",
            "127.0.0.1:" + std::to_string(port),
            "-cert",
            site.ChainFile(),
            "-cert_chain",
            site.ChainFile(),
            "-key",
            site.KeyFile(),
            "-status_file",
            staple_file};
  });
}

}  // namespace stapling::testing
