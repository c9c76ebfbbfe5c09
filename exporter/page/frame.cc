#include "exporter/page/frame.h"

#include <openssl/evp.h>

#include <array>
#include <utility>

#include "core/base64.h"
#include "core/x509/text.h"
#include "exporter/escape.h"
#include "exporter/page/style.h"

namespace stapling::exporter {
namespace {

// The style may be used because its hash is known; nothing else may.
std::string StyleHash() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(kStyle.data(), kStyle.size(), digest.data(), &length, EVP_sha256(), nullptr) !=
      1) {
    return {};
  }
  return Base64({digest.data(), length});
}

void AddSecurityHeaders(Response& response) {
  static const std::string policy =
      "default-src 'none'; style-src 'sha256-" + StyleHash() +
      "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  response.headers.emplace_back("Content-Security-Policy", policy);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("X-Frame-Options", "DENY");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cache-Control", "no-store");
}

}  // namespace

Response HtmlPage(const std::string& body) {
  Response response;
  response.content_type = "text/html; charset=utf-8";
  response.body =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>OCSP stapling exporter</title>\n<style>" +
      std::string(kStyle) + "</style>\n</head>\n<body>\n" + body + "</body>\n</html>\n";
  AddSecurityHeaders(response);
  return response;
}

Response PlainPage(std::string body) {
  Response response;
  response.body = std::move(body);
  AddSecurityHeaders(response);
  return response;
}

std::string HtmlText(std::string_view text) { return EscapeHtml(CleanText(text)); }

std::string Link(const std::string& reference, const std::string& html) {
  return "<a href=\"" + EscapeHtml(reference) + "\">" + html + "</a>";
}

}  // namespace stapling::exporter
