#include "exporter/exposition.h"

#include <prometheus/text_serializer.h>

#include <sstream>

namespace stapling::exporter {

std::string Exposition(const std::vector<prometheus::MetricFamily>& families) {
  std::ostringstream text;
  text.exceptions(std::ios::badbit);
  prometheus::TextSerializer().Serialize(text, families);
  return text.str();
}

}  // namespace stapling::exporter
