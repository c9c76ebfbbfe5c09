#include "tests/soak/page_reader.h"

#include <vector>

#include "tests/soak/configuration.h"

namespace stapling::testing {
namespace {

constexpr std::size_t kIdLength = 32;

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The first ids that follow a link, such as "logs?id=".
std::vector<std::string> Ids(const std::string& page, const std::string& link, std::size_t count) {
  std::vector<std::string> ids;
  std::size_t at = page.find(link);
  while (at != std::string::npos && ids.size() < count) {
    ids.push_back(page.substr(at + link.size(), kIdLength));
    at = page.find(link, at + 1);
  }
  return ids;
}

}  // namespace

void PageReader::ReadAll() {
  constexpr std::size_t kOfEach = 3;
  const std::string home = Read("/", "<h1>OCSP stapling exporter</h1>");
  for (const std::string& id : Ids(home, "logs?id=", kOfEach)) {
    ReadIfKept("/logs?id=" + id, "probe_success");
  }
  for (const std::string& id : Ids(home, "staple?id=", kOfEach)) {
    ReadIfKept("/staple?id=" + id, "-----BEGIN CERTIFICATE-----");
  }
  const std::string configuration = Read("/config", "proxy_url: ");
  if (Holds(configuration, kProxyPassword)) tally_.Complain("/config shows a password");
  Read("/metrics", "ocsp_stapling_exporter_probes_in_flight ");
  Read("/-/healthy", "Healthy.");
  Read("/-/ready", "Ready.");
}

std::string PageReader::Read(const std::string& path, const std::string& text) {
  ++pages_;
  HttpResponse answer = exporter_.Get(path);
  if (answer.status != 200 || !Holds(answer.body, text)) {
    tally_.Complain(path + " answered " + std::to_string(answer.status) + ": " + answer.body);
  }
  return std::move(answer.body);
}

void PageReader::ReadIfKept(const std::string& path, const std::string& text) {
  ++pages_;
  const HttpResponse answer = exporter_.Get(path);
  const bool right = answer.status == 404 || (answer.status == 200 && Holds(answer.body, text));
  if (!right) {
    tally_.Complain(path + " answered " + std::to_string(answer.status) + ": " + answer.body);
  }
}

}  // namespace stapling::testing
