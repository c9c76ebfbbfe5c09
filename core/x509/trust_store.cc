#include "core/x509/trust_store.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "core/regular_file.h"
#include "core/x509/clear_errors.h"
#include "core/x509/pem.h"

namespace stapling {
namespace {

constexpr const char* kDebianBundle = "/etc/ssl/certs/ca-certificates.crt";

bool IsFile(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

// How many certificates of `path` the store took; an error when the file breaks off or holds none.
Result<std::size_t> AddCertificates(X509_STORE* store, const std::string& path) {
  const auto text = ReadRegularFile(path, kMaxTlsFileBytes);
  if (!text) return Error{"cannot read CA file \"" + path + "\": " + text.error()};
  const BioPtr file(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  if (!file) return Error{"out of memory for a trust store"};
  ERR_clear_error();  // what is there is of earlier work
  std::size_t count = 0;
  while (const X509Ptr certificate{PEM_read_bio_X509(file.get(), nullptr, NoPassphrase, nullptr)}) {
    // OpenSSL notes what its extensions say when it is first asked. Were memory to lack then, in
    // some probe, the anchor would be noted as invalid for good.
    X509_check_purpose(certificate.get(), -1, 0);
    if (X509_STORE_add_cert(store, certificate.get()) != 1) {
      ERR_clear_error();
      return Error{"cannot use a certificate of CA file \"" + path + "\""};
    }
    ++count;
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ClearErrors();
  if (!at_end) {
    return Error{"CA file \"" + path + "\" breaks off or is damaged after certificate " +
                 std::to_string(count)};
  }
  if (count == 0) return Error{"CA file \"" + path + "\" holds no PEM certificate"};
  return count;
}

}  // namespace

TrustStore::TrustStore(StorePtr store, std::size_t size) : store_(std::move(store)), size_(size) {
  static std::atomic<std::uint64_t> loaded{0};
  generation_ = ++loaded;
}

std::string TrustStore::PathOf(const std::string& ca_file) {
  if (!ca_file.empty()) return ca_file;
  if (const char* named = std::getenv(X509_get_default_cert_file_env())) return named;
  return IsFile(kDebianBundle) ? kDebianBundle : X509_get_default_cert_file();
}

Result<std::shared_ptr<const TrustStore>> TrustStore::Load(const std::string& ca_file) {
  StorePtr store(X509_STORE_new());
  if (!store) return Error{"out of memory for a trust store"};
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
  std::size_t size = 0;
  const std::string path = PathOf(ca_file);
  const bool may_be_absent = ca_file.empty() && !IsFile(path);
  if (!may_be_absent) {
    const auto added = AddCertificates(store.get(), path);
    if (!added) return Error{added.error()};
    size = *added;
  }
  return std::shared_ptr<const TrustStore>(new TrustStore(std::move(store), size));
}

std::vector<X509Ptr> TrustStore::FindBySubject(const X509_NAME* subject) const {
  std::vector<X509Ptr> found;
  const StoreContextPtr context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), store_.get(), nullptr, nullptr) != 1) {
    throw std::bad_alloc();
  }
  const CertificateStackPtr matches(X509_STORE_CTX_get1_certs(context.get(), subject));
  ClearErrors();
  if (!matches) return found;
  for (int i = 0; i < sk_X509_num(matches.get()); ++i) {
    found.push_back(Share(sk_X509_value(matches.get(), i)));
  }
  return found;
}

}  // namespace stapling
