// The throwaway certificate authority of the demo fleet.
//
// Made anew at each start, in memory; no private key is ever written anywhere. Everything is valid
// for sixty days from then, unless its name says otherwise.
#pragma once

#include <chrono>
#include <string>

#include "tests/support/pki.h"

namespace stapling::demo {

// Where the CA answers for the certificates that it issued.
struct RevocationUrls {
  std::string responder;
  std::string crl;
};

struct DemoPki {
  DemoPki(std::chrono::sys_seconds now, RevocationUrls urls);

  testing::Certificate root;            // the one that the demo modules trust
  testing::Certificate intermediate;    // by root; issues the servers' certificates
  testing::Certificate hidden_ca;       // trusted by nobody, and no server sends it
  testing::Certificate web_server;      // by intermediate; not meant to sign OCSP responses
  testing::Certificate expired_signer;  // a delegated OCSP signer whose time ended yesterday

  enum class MustStaple { kNo, kYes };
  enum class Revocation { kAnswers, kDown };
  // A server's certificate for localhost and 127.0.0.1, with a fresh key and serial number. It
  // names a responder and a CRL, at which nobody answers with kDown.
  [[nodiscard]] testing::Certificate Leaf(const testing::Certificate& issuer,
                                          MustStaple must_staple = MustStaple::kNo,
                                          Revocation revocation = Revocation::kAnswers) const;

 private:
  std::chrono::sys_seconds made_at_;
  RevocationUrls urls_;
};

}  // namespace stapling::demo
