// One scrape of one target by an exporter that trusts a site's root: what most tests here do.
#pragma once

#include <string>

#include "tests/integration/exporter.h"
#include "tests/integration/samples.h"
#include "tests/integration/site.h"

namespace stapling::testing {

// The page, and its samples. An exporter that does not start is a page that says so.
struct Scrape {
  std::string text;
  Samples samples;
};

// With the module of ModuleTrusting(); `more` are further lines of it.
Scrape ScrapeOnce(const Site& site, const std::string& target, const std::string& more = {});

// What promtool has to say of a page; empty if nothing.
std::string PromtoolComplaints(const std::string& page);

}  // namespace stapling::testing
