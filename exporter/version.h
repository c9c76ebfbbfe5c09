// Which build this is.
#pragma once

#include <string>

namespace stapling::exporter {

std::string Version();         // 0.1.0
std::string Compiler();        // gcc 12.2.0
std::string OpensslVersion();  // OpenSSL 3.0.17, as loaded

}  // namespace stapling::exporter
