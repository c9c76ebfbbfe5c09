#include "tests/integration/scrape.h"

#include "tests/integration/real_server.h"

namespace stapling::testing {

Scrape ScrapeOnce(const Site& site, const std::string& target, const std::string& more) {
  const auto exporter = Exporter::Start(ModuleTrusting(site.CaFile(), more));
  if (!exporter) return {exporter.error(), Samples(std::string_view())};
  HttpResponse response = (*exporter)->Probe({.target = target});
  if (response.status != 200) return {response.body, Samples(std::string_view())};
  Samples samples(response.body);
  return {std::move(response.body), std::move(samples)};
}

std::string PromtoolComplaints(const std::string& page) {
  const auto result =
      RunProcess({.arguments = {FindProgram("promtool"), "check", "metrics"}, .input = page});
  if (!result) return result.error();
  if (result->exit_status == 0) return result->output + result->errors;
  return "exit status " + std::to_string(result->exit_status) + ": " + result->output +
         result->errors;
}

}  // namespace stapling::testing
