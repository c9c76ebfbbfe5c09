// A site as its operator keeps it: chain, key and staples as files, and who vouches for it.
//
// All of it is of this moment: real servers and the exporter look at the real clock.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "tests/support/ocsp_response.h"
#include "tests/support/standard_pki.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {

std::chrono::sys_seconds RealNow();

// Of the leaves that name a CRL. Nobody answers there, unless a test sees to it.
inline constexpr const char* kCrlUrl = "http://crl.test:8080/intermediate.crl";

class Site {
 public:
  enum class Leaf { kPlain, kMustStaple, kWithoutResponder, kNamesCrl, kNamesCrlAlone };

  explicit Site(Leaf leaf = Leaf::kPlain);

  std::chrono::sys_seconds now;
  StandardPki pki;
  Certificate leaf;

  [[nodiscard]] std::vector<Certificate> Chain() const { return pki.Chain(leaf); }
  [[nodiscard]] const TempDir& directory() const { return directory_; }
  [[nodiscard]] std::string Path(const std::string& name) const { return directory_.Path(name); }

  // Files that are always there: PEM.
  [[nodiscard]] std::string ChainFile() const { return Path("chain.pem"); }
  [[nodiscard]] std::string KeyFile() const { return Path("key.pem"); }
  [[nodiscard]] std::string CaFile() const { return Path("ca.pem"); }

  // A file of these bytes; returns its path.
  std::string WriteBytes(const std::string& name, const Bytes& bytes) const;

  // Staples for the leaf, signed by its issuer.
  [[nodiscard]] OcspResponseSpec Good() const;
  [[nodiscard]] OcspResponseSpec Expired() const;  // an hour ago, its life long
  [[nodiscard]] OcspResponseSpec Revoked() const;  // a day ago, for keyCompromise

 private:
  TempDir directory_;
};

}  // namespace stapling::testing
