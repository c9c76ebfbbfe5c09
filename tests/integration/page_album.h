// Many pages of the exporter: each is checked on its own, and all are put together into one, so
// that promtool need look but once.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stapling::testing {

class PageAlbum {
 public:
  // What keeps a page from being scraped, and then it is left out; empty if nothing does. A page
  // is one in the text format 0.0.4, all of gauges, in which no series comes twice.
  std::string Add(const std::string& name, std::string_view page);

  // Every sample of every page, with the page's name in the label `page`.
  [[nodiscard]] std::string Text() const;

 private:
  struct Family {
    std::string head;  // HELP and TYPE
    std::vector<std::string> samples;
  };
  std::map<std::string, Family> families_;
};

}  // namespace stapling::testing
