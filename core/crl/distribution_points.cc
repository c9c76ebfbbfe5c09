#include "core/crl/distribution_points.h"

#include <algorithm>
#include <string_view>

#include "core/x509/asn1_view.h"
#include "core/x509/clear_errors.h"
#include "core/x509/openssl_ptr.h"
#include "core/x509/text.h"

namespace stapling {
namespace {

constexpr std::uint8_t kUri = tag::Primitive(6);
constexpr std::uint8_t kDirectoryName = tag::Constructed(4);

Bytes Copy(BytesView octets) { return {octets.begin(), octets.end()}; }

// Each GeneralName, whole; nullopt also of too many.
std::optional<std::vector<Bytes>> ReadGeneralNames(BytesView content) {
  std::vector<Bytes> names;
  for (DerReader reader(content); !reader.done();) {
    const auto name = reader.Take();
    if (!name || names.size() == kMaxPointNames) return std::nullopt;
    names.push_back(Copy(name->whole));
  }
  if (names.empty()) return std::nullopt;
  return names;
}

bool StartsWithIgnoringCase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::ranges::equal(text.substr(0, prefix.size()), prefix, [](char one, char other) {
           return (one >= 'A' && one <= 'Z' ? one - 'A' + 'a' : one) == other;
         });
}

// Of those names that are URIs to fetch from.
std::vector<std::string> UrlsOf(const std::vector<Bytes>& names) {
  std::vector<std::string> urls;
  for (const Bytes& name : names) {
    DerReader reader(name);
    const auto uri = reader.Take(kUri);
    if (!uri) continue;
    const std::string url(uri->content.begin(), uri->content.end());
    const bool is_http =
        StartsWithIgnoringCase(url, "http://") || StartsWithIgnoringCase(url, "https://");
    if (is_http && CleanText(url) == url) urls.push_back(url);
  }
  return urls;
}

bool IsName(const Bytes& general_name, const X509_NAME* wanted) {
  DerReader reader(general_name);
  const auto directory_name = reader.Take(kDirectoryName);
  if (!directory_name) return false;
  const unsigned char* position = directory_name->content.data();
  const NamePtr name(
      d2i_X509_NAME(nullptr, &position, static_cast<long>(directory_name->content.size())));
  ClearErrors();
  return name && X509_NAME_cmp(name.get(), wanted) == 0;
}

std::optional<DistributionPoint> ReadPoint(BytesView content, const X509_NAME* issuer) {
  DistributionPoint point;
  DerReader fields(content);
  if (fields.NextIs(tag::Constructed(0))) {
    const auto field = fields.Take();
    if (!field) return std::nullopt;
    DerReader inner(field->content);
    auto names = TakeDistributionPointName(inner);
    if (!names || !inner.done()) return std::nullopt;
    point.names = std::move(*names);
    point.urls = UrlsOf(point.names);
  }
  const auto some_reasons = TakeSomeReasons(fields, tag::Primitive(1));
  if (!some_reasons) return std::nullopt;
  point.some_reasons = *some_reasons;
  if (fields.NextIs(tag::Constructed(2))) {
    const auto field = fields.Take();
    auto issuers = field ? ReadGeneralNames(field->content) : std::nullopt;
    if (!issuers) return std::nullopt;
    point.indirect =
        std::ranges::none_of(*issuers, [&](const Bytes& name) { return IsName(name, issuer); });
    if (point.names.empty()) point.names = std::move(*issuers);  // section 6.3.3 (b) (2) (i)
  }
  if (!fields.done()) return std::nullopt;
  return point;
}

// The one extension's value; empty if there is none, or more than one.
BytesView ExtensionOf(const X509* certificate) {
  const int first = X509_get_ext_by_NID(certificate, NID_crl_distribution_points, -1);
  if (first < 0 || X509_get_ext_by_NID(certificate, NID_crl_distribution_points, first) >= 0) {
    return {};
  }
  return ViewOf(X509_EXTENSION_get_data(X509_get_ext(certificate, first)));
}

}  // namespace

std::optional<std::vector<Bytes>> TakeDistributionPointName(DerReader& reader) {
  const bool is_full_name = reader.NextIs(tag::Constructed(0));
  const auto name = reader.Take(tag::Constructed(is_full_name ? 0 : 1));
  if (!name) return std::nullopt;
  if (is_full_name) return ReadGeneralNames(name->content);
  // No GeneralName has the tag of nameRelativeToCRLIssuer, so it matches none.
  return std::vector<Bytes>{Copy(name->whole)};
}

std::optional<bool> TakeSomeReasons(DerReader& reader, std::uint8_t tag) {
  if (!reader.NextIs(tag)) return false;
  const auto flags = reader.Take(tag);
  if (!flags || flags->content.empty() || flags->content[0] > 7) return std::nullopt;
  // Bits 1 to 8 are the reasons, from keyCompromise to aACompromise.
  const BytesView octets = flags->content.subspan(1);
  return octets.size() < 2 || (octets[0] & 0x7FU) != 0x7F || (octets[1] & 0x80U) == 0;
}

std::vector<DistributionPoint> DistributionPointsOf(X509* certificate) {
  DerReader extension(ExtensionOf(certificate));
  const auto list = extension.Take(tag::kSequence);
  if (!list || !extension.done()) return {};
  std::vector<DistributionPoint> points;
  for (DerReader reader(list->content); !reader.done();) {
    const auto element = reader.Take(tag::kSequence);
    auto point =
        element ? ReadPoint(element->content, X509_get_issuer_name(certificate)) : std::nullopt;
    if (!point || points.size() == kMaxDistributionPoints) return {};
    points.push_back(std::move(*point));
  }
  return points;
}

}  // namespace stapling
