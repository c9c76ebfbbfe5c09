// The series of a cross-check: what the CA's responder and CRL say, beside the staple.
#pragma once

#include "core/revocation/cross_check_report.h"
#include "exporter/metric_families.h"

namespace stapling::exporter {

void AddCrossCheck(Families& families, const CrossCheck& check);

}  // namespace stapling::exporter
