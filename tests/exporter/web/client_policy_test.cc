#include "exporter/web/client_policy.h"

#include <gtest/gtest.h>

#include "tests/support/pki.h"

namespace stapling::exporter {
namespace {

using stapling::testing::Certificate;
using stapling::testing::IssueCertificate;

TEST(ClientPolicy, SeesDnsNamesAndAddresses) {
  const Certificate certificate = IssueCertificate({.subject = "not.this.one",
                                                    .dns_names = {"a.test", "b.test"},
                                                    .ip_addresses = {"192.0.2.1", "2001:db8::1"}});
  EXPECT_EQ(AlternativeNamesOf(certificate.x509()),
            (std::vector<std::string>{"a.test", "b.test", "192.0.2.1", "2001:db8::1"}));
}

// GeneralNames: rfc822Name [1], uniformResourceIdentifier [6], registeredID [8] 1.2.3.
TEST(ClientPolicy, SeesMailAddressesAndUris) {
  const Certificate certificate =
      IssueCertificate({.subject = "x",
                        .extensions = {{.oid = "2.5.29.17",
                                        .value = {0x30, 17, 0x81, 3, 'a', '@', 'b', 0x86, 4, 'x',
                                                  ':', '/', 'y', 0x88, 2, 0x2a, 3, 0x82, 0}}}});
  EXPECT_EQ(AlternativeNamesOf(certificate.x509()), (std::vector<std::string>{"a@b", "x:/y"}));
}

TEST(ClientPolicy, ACertificateWithoutNamesHasNone) {
  const Certificate certificate = IssueCertificate({.subject = "a.test"});
  EXPECT_EQ(AlternativeNamesOf(certificate.x509()), std::vector<std::string>{});
}

}  // namespace
}  // namespace stapling::exporter
