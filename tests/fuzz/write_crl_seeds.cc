// Writes the seeds of crl_fuzz into DIRECTORY/crl, by the certificates and keys that write_seeds
// put into DIRECTORY.
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <string>

#include "tests/fuzz/seed_pki.h"
#include "tests/support/crl.h"
#include "tests/support/openssl_handle.h"

namespace {

using namespace stapling::testing;  // NOLINT(google-build-using-namespace)
using stapling::fuzz::kNow;
using std::chrono::hours;

using Seeds = std::map<std::string, Bytes>;
using Change = std::function<void(CrlSpec&)>;

constexpr const char* kPartition = "http://crl.test/7.crl";
constexpr const char* kPrivate = "1.3.6.1.4.1.99999.1";

Bytes Read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void Write(const std::filesystem::path& file, const Bytes& bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

Key ReadKey(const std::filesystem::path& file) {
  const Bytes der = Read(file);
  const unsigned char* at = der.data();
  Key key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size())), EVP_PKEY_free);
  Require(key != nullptr, "reading a key");
  return key;
}

CrlEntrySpec EntryOf(const Certificate& certificate, std::optional<int> reason) {
  return {.serial = certificate.SerialContent(), .revoked_at = kNow - hours(2), .reason = reason};
}

Change Extended(const char* oid, bool critical, const Bytes& value) {
  return [=](CrlSpec& spec) {
    spec.extensions = {{.oid = oid, .critical = critical, .value = value}};
  };
}

Change Scoped(const ScopeSpec& scope) {
  return [scope](CrlSpec& spec) { spec.extensions = {IssuingDistributionPointExtension(scope)}; };
}

void AddLists(const Certificate& issuer, const Certificate& leaf, Seeds& seeds) {
  const auto add = [&](const char* name, const Change& change) {
    CrlSpec spec = GoodCrl(issuer, kNow);
    change(spec);
    seeds[name] = BuildCrl(spec);
  };
  const auto add_entry = [&](const char* name, const CrlEntrySpec& entry) {
    add(name, [&](CrlSpec& spec) { spec.entries.push_back(entry); });
  };
  add("good.der", [](auto&) {});
  add("no_entries.der", [](auto& spec) { spec.entries.clear(); });
  add_entry("revoked.der", EntryOf(leaf, {}));
  add_entry("revoked_with_a_reason.der", EntryOf(leaf, 1));
  add_entry("remove_from_crl.der", EntryOf(leaf, 8));
  add("twice.der", [&](auto& spec) {
    spec.entries = {EntryOf(leaf, 8), EntryOf(leaf, 1), EntryOf(leaf, {})};
  });
  add("entry_critical.der", [](auto& spec) {
    spec.entries[0].extensions = {{.oid = kPrivate, .critical = true, .value = {5, 0}}};
  });
  add("entry_issuer.der", [](auto& spec) {
    spec.entries[0].extensions = {{.oid = "2.5.29.29", .critical = true, .value = {0x30, 0}}};
  });
  add("version_1.der", [](auto& spec) {
    spec.version.reset();
    spec.number.reset();
    spec.entries.pop_back();
  });
  add("generalized_time.der", [](auto& spec) { spec.next_update = kNow + hours(24 * 365 * 40); });
  add("no_next_update.der", [](auto& spec) { spec.next_update.reset(); });
  add("expired.der", [](auto& spec) { spec.next_update = kNow - hours(1); });
  add("corrupt.der", [](auto& spec) { spec.corrupt_signature = true; });
  add("critical.der", Extended(kPrivate, true, {5, 0}));
  add("delta.der", Extended("2.5.29.27", true, {2, 1, 6}));
  add("partition.der", Scoped({.urls = {kPartition}}));
  add("users.der", Scoped({.only_user_certificates = true}));
  add("some_reasons.der", Scoped({.only_some_reasons = Bytes{5, 0x60}}));
  add("indirect.der", Scoped({.indirect = true}));
  add("relative.der", Scoped({.distribution_point = RelativeName("7")}));
  seeds["good.pem"] = ToBytes(PemCrl(seeds["good.der"]));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_crl_seeds DIRECTORY\n";
    return 2;
  }
  const std::filesystem::path directory(argv[1]);
  std::filesystem::create_directories(directory / "crl");
  const Certificate issuer(Read(directory / "issuer.der"), ReadKey(directory / "issuer_key.der"));
  const Certificate leaf(Read(directory / "certificate.der"), nullptr);
  Require(issuer.x509() != nullptr && leaf.x509() != nullptr, "reading certificates");
  Seeds seeds;
  AddLists(issuer, leaf, seeds);
  seeds["certificate.der"] =
      IssueCertificate(
          {.subject = "x", .now = kNow, .crl_urls = {kPartition, "https://crl.test/8.crl"}})
          .Der();
  for (const auto& [name, bytes] : seeds) Write(directory / "crl" / name, bytes);
  return 0;
}
