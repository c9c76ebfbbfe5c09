// Staples of no octets and of sixteen mebibytes, with answers by the thousand, names and times that
// are none, with either TLS library and both TLS versions.
#include <gtest/gtest.h>

#include "tests/integration/odd_case.h"
#include "tests/support/crl.h"

namespace stapling::testing {
namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace)

const std::vector<std::string> kInvalid = {"judge/staple_invalid"};
const std::vector<std::string> kNotTried = {};

OddRow Row(const Site& site, const std::string& name, const Bytes& staple,
           const std::vector<std::string>& outcomes = kInvalid) {
  return {.name = name, .chain = site.Chain(), .staples = {staple}, .outcomes = outcomes};
}

OddRow Row(const Site& site, const std::string& name, const OcspResponseSpec& spec,
           const std::vector<std::string>& outcomes = kInvalid) {
  return Row(site, name, BuildOcspResponse(spec), outcomes);
}

// OpenSSL takes 16 KiB under TLS 1.2, TLS 1.3 has room for 64.
OddRow Large(OddRow row) {
  row.instead = {{"openssl_tls12", {"handshake/staple_too_large"}}};
  return row;
}
OddRow OnlyUnderTls12(OddRow row, const std::vector<std::string>& by_gnutls) {
  row.instead = {{"openssl_tls12", {"handshake/staple_too_large"}},
                 {"gnutls_tls12", by_gnutls},
                 {"tls13", kNotTried}};
  return row;
}

// Good, and so large: a nonce, which is understood, fills it.
OcspResponseSpec Filled(const Site& site, std::size_t octets) {
  OcspResponseSpec spec = site.Good();
  spec.extensions = {{.oid = "1.3.6.1.5.5.7.48.1.2", .value = der::OctetString(Noise(octets))}};
  return spec;
}

TEST(BothLibrariesOddStaple, IsSurvivedWhateverItsSize) {
  const Site site;
  const std::vector<std::string> good = {kSuccess};
  constexpr std::size_t kMostOfTls12 = (1U << 24U) - 64;
  OddRow empty = Row(site, "empty", Bytes{}, {"handshake/protocol_error"});
  // Refused either way; which side says so first differs.
  empty.instead = {{"openssl", {"handshake/alert", "handshake/protocol_error"}}};
  ExpectEndured("odd staple sizes", site,
                {empty, Row(site, "noise_15_kib", Noise(15 << 10)),
                 Large(Row(site, "noise_64_kib", Noise(65000))),
                 OnlyUnderTls12(Row(site, "noise_900_kb", Noise(900000)), kInvalid),
                 OnlyUnderTls12(Row(site, "noise_16_mib", Noise(kMostOfTls12)),
                                {"handshake/chain_too_large"}),
                 Row(site, "good_15_kib", Filled(site, 15 << 10), good),
                 Large(Row(site, "good_64_kib", Filled(site, 64000), good)),
                 OnlyUnderTls12(Row(site, "good_900_kb", Filled(site, 900000), good), good)});
}

// Beyond what either library takes: ten mebibytes under TLS 1.2, which a server cannot even send
// under TLS 1.3.
OddRow TooLarge(OddRow row) {
  row.instead = {{"openssl_tls12", {"handshake/staple_too_large"}},
                 {"gnutls_tls12", {"handshake/chain_too_large"}},
                 {"tls13", {"handshake/alert"}}};
  return row;
}

TEST(BothLibrariesOddStaple, IsSurvivedWhateverItAnswers) {
  const Site site;
  const std::vector<std::string> good = {kSuccess};
  const auto with = [&](auto change) {
    OcspResponseSpec spec = site.Good();
    change(spec);
    return spec;
  };
  const auto at = [&](const std::string& from, const std::string& until) {
    return with([&](OcspResponseSpec& spec) {
      spec.responses[0].this_update_text = from;
      spec.responses[0].next_update_text = until;
    });
  };
  const auto responder = [&](const std::string& name) {
    return with([&](OcspResponseSpec& spec) {
      spec.responder_id.raw = der::Explicit(
          1, der::Sequence({der::Set(
                 {der::Sequence({der::Oid("2.5.4.3"), der::Text(der::kT61String, name)})})}));
    });
  };
  ExpectEndured(
      "odd answers", site,
      {Large(Row(site, "500_answers", ManyAnswers(site, 500, {1}), good)),
       Large(Row(site, "500_times_the_answer", ManyAnswers(site, 500, site.leaf.SerialContent()),
                 good)),
       OnlyUnderTls12(Row(site, "10000_answers", ManyAnswers(site, 10000, {1}), good), good),
       TooLarge(Row(site, "100000_answers", ManyAnswers(site, 100000, {1}))),
       TooLarge(Row(site, "100000_times_the_answer",
                    ManyAnswers(site, 100000, site.leaf.SerialContent()))),
       Row(site, "no_answer", with([](OcspResponseSpec& spec) { spec.responses.clear(); })),
       Row(site, "serial_of_1000_octets",
           with([](OcspResponseSpec& spec) { spec.responses[0].serial = Bytes(1000, 0x7F); })),
       Row(site, "from_year_0_to_9999", at("00000101000000Z", "99991231235959Z"), good),
       Row(site, "until_year_0", at("00000101000000Z", "00000101000000Z")),
       Row(site, "time_without_seconds", at("202001010000Z", "99991231235959Z")),
       Row(site, "time_with_a_fraction", at("20200101000000.5Z", "99991231235959Z")),
       Row(site, "time_with_a_zone", at("20200101000000+0100", "99991231235959Z")),
       Row(site, "time_that_is_none", at("never", "for ever")),
       Row(site, "empty_time", at("", "")),
       Row(site, "responder_with_a_nul", responder("a\0b"s)),
       Row(site, "responder_with_controls", responder("\x01\x1b[31m\x7f\xc2\x85")),
       Row(site, "responder_not_utf8", responder("a\xff\xfe\xc3")),
       Row(site, "responder_with_quotes", responder("\"a\" \\n\\ 'b'")),
       Row(site, "responder_with_newlines", responder("a\nprobe_success 1\r\n")),
       Row(site, "responder_of_10_kib", responder(std::string(10 << 10, 'a')))});
}

TEST(BothLibrariesOddStaple, IsSurvivedWhateverItsIdentifiers) {
  const Site site;
  const std::vector<std::string> good = {kSuccess};
  constexpr std::size_t kFits = 15000;
  const auto signed_by = [&](std::size_t octets) {
    OcspResponseSpec spec = site.Good();
    spec.signature_algorithm = der::Sequence({LongOid(octets)});
    return spec;
  };
  OcspResponseSpec extended = site.Good();
  extended.extensions = {{.raw = der::Sequence({LongOid(kFits), der::OctetString({})})}};
  OcspResponseSpec hashed = site.Good();
  hashed.responses[0].hash_algorithm = der::Sequence({LongOid(kFits)});
  OcspResponseSpec named = site.Good();
  named.responder_id.raw = der::Explicit(
      1, der::Sequence({der::Set(
             {der::Sequence({LongOid(kFits), der::Text(der::kUtf8String, "responder")})})}));
  ExpectEndured("odd identifiers of staples", site,
                {Row(site, "signature_of_15_kb", signed_by(kFits)),
                 OnlyUnderTls12(Row(site, "signature_of_100_kb", signed_by(100000)), kInvalid),
                 Row(site, "extension_of_15_kb", extended, good),
                 Row(site, "hash_of_15_kb", hashed), Row(site, "name_of_15_kb", named)});
}

// By somebody whom the issuer never heard of.
TEST(BothLibrariesOddStaple, IsSurvivedWhateverItsSignerPointsTo) {
  const Site site;
  const Certificate stranger =
      IssueCertificate({.subject = "Stranger",
                        .subject_attributes = std::vector<NameAttribute>(1500, {.value = "a"}),
                        .is_ca = true});
  const Certificate signer = IssueCertificate({.subject = "Odd",
                                               .issuer = &stranger,
                                               .ocsp_signing_eku = true,
                                               .extensions = {RelativePointsExtension(1500)}});
  ExpectEndured(
      "odd signers", site,
      {Large(Row(site, "relative_points_to_a_long_name",
                 GoodDelegatedResponse(site.leaf, site.pki.intermediate, signer, site.now)))});
}

}  // namespace
}  // namespace stapling::testing
