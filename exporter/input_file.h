// The files that `verify` and `check` are given: responses and certificates, DER or PEM, and lists
// of targets.
//
// A file is read whole, up to 16 MiB; it may be a pipe. Errors are one sentence that names the
// file. Safe from any thread.
#pragma once

#include <string>

#include "core/bytes.h"
#include "core/result.h"
#include "core/x509/openssl_ptr.h"

namespace stapling::exporter {

Result<Bytes> ReadInputFile(const std::string& path);
Result<Bytes> ReadStandardInput();

// The DER within PEM (label OCSP RESPONSE) or bare base64; anything else is what it is, for the
// judge to call malformed.
Bytes ResponseDer(Bytes content);

// The first certificate of a PEM file, or the one of a DER file.
Result<X509Ptr> ReadCertificateFile(const std::string& path);

// The certificate in the file that issued this one, by name and key; if none did, the first.
Result<X509Ptr> ReadIssuerFile(const std::string& path, X509* certificate);

}  // namespace stapling::exporter
