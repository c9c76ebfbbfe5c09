// The text of a target and of a rule about targets: HOST[:PORT] taken apart, ports, quoting.
//
// Pure. Checks neither names nor addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stapling {

// HOST[:PORT] or [v6][:PORT]; views into what was taken apart.
struct Authority {
  std::string_view host;
  std::optional<std::string_view> port;
  bool bracketed = false;
};

// Of text that begins with a bracket; nullopt unless it is closed and followed by :PORT or nothing.
std::optional<Authority> SplitBracketed(std::string_view text);
// Of any other text, at its last colon.
Authority SplitPlain(std::string_view text);

// 1 to 65535, in digits.
std::optional<std::uint16_t> ParsePort(std::string_view text);

// ASCII, neither space nor control.
bool IsPrintable(char character);
// In quotes, short and printable.
std::string Quoted(std::string_view text);
std::string Lowered(std::string_view text);

}  // namespace stapling
