// Standard input, output and error, which a parent may have closed.
#pragma once

namespace stapling::exporter {

// Opens /dev/null for each of them that is closed: else its number would be that of the next socket
// or file, and what is meant for the reader of the log would go there. To be called first.
void OpenClosedStandardStreams();

}  // namespace stapling::exporter
