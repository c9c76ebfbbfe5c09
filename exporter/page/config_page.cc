#include "exporter/page/config_page.h"

#include "exporter/page/frame.h"

namespace stapling::exporter {

Response ConfigPage(const Configuration& configuration) {
  return PlainPage(PrintYaml(configuration));
}

}  // namespace stapling::exporter
