#include "tests/support/comparable_page.h"

#include <gtest/gtest.h>

namespace stapling::testing {
namespace {

constexpr const char* kPage =
    "# HELP probe_success Whether.\n"
    "# TYPE probe_success gauge\n"
    "probe_success 1\n"
    "# HELP probe_duration_seconds How long.\n"
    "# TYPE probe_duration_seconds gauge\n"
    "probe_duration_seconds 0.25\n"
    "probe_phase_duration_seconds{phase=\"connect\"} 0.125\n"
    "probe_timeout_seconds 10\n"
    "# HELP probe_tls_library_info Which.\n"
    "# TYPE probe_tls_library_info gauge\n"
    "probe_tls_library_info{library=\"gnutls\",version=\"3.7.9\"} 1\n"
    "ocsp_staple_accepted_by_library{library=\"gnutls\"} 1\n"
    "ocsp_staple_age_seconds{depth=\"0\"} 3600\n"
    "ocsp_staple_this_update_timestamp_seconds{depth=\"0\"} 1772366400\n"
    "ocsp_staple_size_bytes{depth=\"0\"} 321\n"
    "ocsp_staple_info{depth=\"0\",responder_id=\"CN=A B\"} 1\n";

TEST(ComparablePage, OfAStapleThatIsKept) {
  EXPECT_EQ(ComparablePage(kPage, ServerStaples::kKept),
            "# HELP probe_success Whether.\n"
            "# TYPE probe_success gauge\n"
            "probe_success 1\n"
            "# HELP probe_duration_seconds How long.\n"
            "# TYPE probe_duration_seconds gauge\n"
            "probe_duration_seconds <any>\n"
            "probe_phase_duration_seconds{phase=\"connect\"} <any>\n"
            "probe_timeout_seconds 10\n"
            "ocsp_staple_age_seconds{depth=\"0\"} <any>\n"
            "ocsp_staple_this_update_timestamp_seconds{depth=\"0\"} 1772366400\n"
            "ocsp_staple_size_bytes{depth=\"0\"} 321\n"
            "ocsp_staple_info{depth=\"0\",responder_id=\"CN=A B\"} 1\n");
}

TEST(ComparablePage, OfAStapleThatIsMadeAnew) {
  const std::string page = ComparablePage(kPage, ServerStaples::kMadeAnew);
  EXPECT_NE(page.find("ocsp_staple_this_update_timestamp_seconds{depth=\"0\"} <any>\n"
                      "ocsp_staple_size_bytes{depth=\"0\"} <any>\n"
                      "ocsp_staple_info{depth=\"0\",responder_id=\"CN=A B\"} 1\n"),
            std::string::npos)
      << page;
}

}  // namespace
}  // namespace stapling::testing
