// A block of addresses as ADDRESS/LENGTH (RFC 4632, RFC 4291 section 2.3); an address alone is the
// block of itself.
//
// Compares addresses as they are written: who wants to know what an address reaches asks
// IpAddress::Destination first. A value; pure.
#pragma once

#include <string_view>

#include "core/net/ip_address.h"
#include "core/result.h"

namespace stapling {

class IpPrefix {
 public:
  // The error is a clause such as: its prefix is longer than 32 bits. Bits beyond the prefix are
  // refused, for they show that something else was meant.
  static Result<IpPrefix> Parse(std::string_view text);

  [[nodiscard]] const IpAddress& address() const { return address_; }
  [[nodiscard]] unsigned length() const { return length_; }
  // Never an address of the other family.
  [[nodiscard]] bool Contains(const IpAddress& address) const;

  friend bool operator==(const IpPrefix&, const IpPrefix&) = default;

 private:
  IpPrefix(const IpAddress& address, unsigned length) : address_(address), length_(length) {}

  IpAddress address_;
  unsigned length_;
};

}  // namespace stapling
