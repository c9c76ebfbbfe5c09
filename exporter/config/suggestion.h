// "Did you mean": the known word that a mistyped one is closest to.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace stapling::exporter {

// `; did you mean "timeout"?`, or nothing when no known word is at most two slips away (a letter
// more, less, other, or two swapped).
std::string Suggestion(std::string_view word, std::span<const std::string_view> known);

}  // namespace stapling::exporter
