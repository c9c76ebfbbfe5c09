// What the pages for people have in common: the frame, and headers that keep a browser strict.
//
// No script, nothing loaded from elsewhere, nothing kept. Links are relative, so any route prefix
// or proxy in front just works, as long as / itself is asked for with its slash. Pure; safe from
// any thread.
#pragma once

#include <string>
#include <string_view>

#include "exporter/http/message.h"

namespace stapling::exporter {

// `body` is HTML in which every text of strangers was escaped.
Response HtmlPage(const std::string& body);
Response PlainPage(std::string body);

// Text of strangers as HTML: clean UTF-8 without control characters, and no mark-up.
std::string HtmlText(std::string_view text);

// `reference` is relative, its values escaped for a query; `html` is what the link shows.
std::string Link(const std::string& reference, const std::string& html);

}  // namespace stapling::exporter
