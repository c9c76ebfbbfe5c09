#include "exporter/input_file.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "core/x509/certificate.h"
#include "tests/exporter/sample_probe.h"
#include "tests/support/crl.h"
#include "tests/support/temp_dir.h"

namespace stapling::exporter {
namespace {

using stapling::testing::IssueCertificate;
using stapling::testing::PemChain;
using stapling::testing::RelativePointsExtension;
using stapling::testing::SamplePki;
using stapling::testing::TempDir;
using stapling::testing::ToBytes;
using stapling::testing::ToString;

// 30 03 0a 01 03: an OCSPResponse that says tryLater.
constexpr const char* kTryLater = "\x30\x03\x0a\x01\x03";

struct ResponseRow {
  const char* name;
  std::string content;
  std::string expected;
};

const std::string kPem = "\n-----BEGIN OCSP RESPONSE-----\nMAMKAQM=\n-----END OCSP RESPONSE-----\n";
const std::string kLongDer = "\x30\x82\x01";

const ResponseRow kResponses[] = {
    {.name = "Der", .content = kTryLater, .expected = kTryLater},
    {.name = "Pem",
     .content = "-----BEGIN OCSP RESPONSE-----\nMAMKAQM=\n-----END OCSP RESPONSE-----\n",
     .expected = kTryLater},
    {.name = "PemAfterOtherThings",
     .content = "A note.\n-----BEGIN X-----\nMAA=\n-----END X-----\n"
                "-----BEGIN OCSP RESPONSE-----\nMAMKAQM=\n-----END OCSP RESPONSE-----\n",
     .expected = kTryLater},
    {.name = "Base64", .content = "MAMKAQM=", .expected = kTryLater},
    {.name = "Base64WithLineEnds", .content = "MAMK\r\nAQM=\r\n", .expected = kTryLater},
    {.name = "OtherPemStays",
     .content = "-----BEGIN CERTIFICATE-----\nMAMKAQM=\n-----END CERTIFICATE-----\n",
     .expected = "-----BEGIN CERTIFICATE-----\nMAMKAQM=\n-----END CERTIFICATE-----\n"},
    {.name = "BrokenPemStays",
     .content = "-----BEGIN OCSP RESPONSE-----\n!!!\n-----END OCSP RESPONSE-----\n",
     .expected = "-----BEGIN OCSP RESPONSE-----\n!!!\n-----END OCSP RESPONSE-----\n"},
    // What a server staples behind its DER is for the judge, not another response.
    {.name = "PemBehindDerStays", .content = kTryLater + kPem, .expected = kTryLater + kPem},
    {.name = "PemBehindLongDerStays", .content = kLongDer + kPem, .expected = kLongDer + kPem},
    {.name = "TextStays", .content = "not a response\n", .expected = "not a response\n"},
    {.name = "BrokenBase64Stays", .content = "M===", .expected = "M==="},
    {.name = "OddBase64Stays", .content = "MAMKA", .expected = "MAMKA"},
    {.name = "EmptyStays", .content = "", .expected = ""},
};

class ResponseDerTest : public ::testing::TestWithParam<ResponseRow> {};

TEST_P(ResponseDerTest, TakesOffTheWrapping) {
  EXPECT_EQ(ResponseDer(ToBytes(GetParam().content)), ToBytes(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(All, ResponseDerTest, ::testing::ValuesIn(kResponses),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ReadInputFileTest, ReadsAllOfIt) {
  const TempDir directory;
  const std::string content(200'000, 'x');
  const auto read = ReadInputFile(directory.Write("file", content));
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_EQ(*read, ToBytes(content));
}

TEST(ReadInputFileTest, SaysWhatCannotBeRead) {
  const TempDir directory;
  EXPECT_EQ(ReadInputFile("/no/such/file").error(),
            "Cannot read /no/such/file: No such file or directory.");
  EXPECT_EQ(ReadInputFile(directory.path().string()).error(),
            "Cannot read " + directory.path().string() + ": Is a directory.");
  EXPECT_EQ(ReadInputFile("/dev/zero").error(), "/dev/zero is larger than 16 MiB.");
}

std::string SubjectIn(const std::string& content) {
  const TempDir directory;
  const auto certificate = ReadCertificateFile(directory.Write("file", content));
  return certificate.ok() ? NameText(X509_get_subject_name(certificate->get())) : "";
}

TEST(ReadCertificateFileTest, TakesPemAndDerAndTheFirstOfAChain) {
  const auto& pki = SamplePki();
  EXPECT_EQ(SubjectIn(pki.leaf.Pem()), "CN=leaf.test");
  EXPECT_EQ(SubjectIn(ToString(pki.leaf.Der())), "CN=leaf.test");
  EXPECT_EQ(SubjectIn(PemChain({pki.leaf, pki.intermediate})), "CN=leaf.test");
  EXPECT_EQ(SubjectIn(pki.leaf.KeyPem() + pki.leaf.Pem()), "CN=leaf.test");
}

// A PEM block within one line of text: each of its lines is where OpenSSL, which reads 254 octets
// at a time, takes a line to begin.
std::string InALongLine(const std::string& pem) {
  constexpr std::size_t kPiece = 254;
  std::string line = "Reason: signed by ";
  std::istringstream lines(pem);
  for (std::string each; std::getline(lines, each);) {
    line.resize((line.size() + kPiece - 1) / kPiece * kPiece, ' ');
    line += each;
  }
  return line + "\n";
}

TEST(ReadCertificateFileTest, IsNotTakenInByPemInALongLine) {
  const auto& pki = SamplePki();
  EXPECT_EQ(SubjectIn(InALongLine(pki.stranger_root.Pem()) + pki.leaf.Pem()), "CN=leaf.test");
  EXPECT_EQ(SubjectIn(InALongLine(pki.stranger_root.Pem())), "");
}

TEST(ReadCertificateFileTest, SaysWhatHoldsNoCertificate) {
  const auto& pki = SamplePki();
  const TempDir directory;
  for (const std::string& content :
       {std::string(), std::string("text\n"), pki.leaf.KeyPem(), ToString(pki.leaf.Der()) + "x"}) {
    const std::string path = directory.Write("file", content);
    const auto certificate = ReadCertificateFile(path);
    ASSERT_FALSE(certificate.ok());
    EXPECT_EQ(certificate.error(), path + " holds no certificate, neither as PEM nor as DER.");
  }
}

TEST(ReadCertificateFileTest, RefusesWhatOpensslWouldWriteOutAtAnyLength) {
  const TempDir directory;
  const std::string path = directory.Write(
      "file",
      SamplePki().leaf.Pem() +
          IssueCertificate({.subject = "x", .extensions = {RelativePointsExtension(2)}}).Pem());
  const auto certificate = ReadCertificateFile(path);
  ASSERT_FALSE(certificate.ok());
  EXPECT_EQ(certificate.error(),
            path +
                " holds a certificate with several CRL distribution points that have relative "
                "names, which would take more memory than there is.");
}

struct IssuerRow {
  const char* name;
  std::string content;
  const char* subject;
};

// Of the leaf.
TEST(ReadIssuerFileTest, FindsTheOneWhoseKeySigned) {
  const auto& pki = SamplePki();
  const std::string impostor = pki.impostor_intermediate.Pem();
  for (const IssuerRow& row : {
           IssuerRow{"alone", pki.intermediate.Pem(), "CN=Test Intermediate CA"},
           {"der", ToString(pki.intermediate.Der()), "CN=Test Intermediate CA"},
           {"behind_the_leaf", PemChain({pki.leaf, pki.intermediate}), "CN=Test Intermediate CA"},
           {"behind_an_impostor", impostor + pki.intermediate.Pem(), "CN=Test Intermediate CA"},
           {"none_of_them", pki.leaf.Pem() + pki.root.Pem(), "CN=leaf.test"},
       }) {
    const TempDir directory;
    const auto issuer = ReadIssuerFile(directory.Write("file", row.content), pki.leaf.x509());
    ASSERT_TRUE(issuer.ok()) << row.name << issuer.error();
    EXPECT_EQ(NameText(X509_get_subject_name(issuer->get())), row.subject) << row.name;
    if (std::string_view(row.name) == "behind_an_impostor") {
      EXPECT_EQ(X509_cmp(issuer->get(), pki.intermediate.x509()), 0);
    }
  }
}

}  // namespace
}  // namespace stapling::exporter
