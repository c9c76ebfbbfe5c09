// What a process of many threads asks of the system before they start.
#pragma once

namespace stapling::exporter {

// As many descriptors as the system allows: each probe takes a few.
void RaiseDescriptorLimit();

// By default every thread gets an arena of its own, and keeps what its probes needed at their peak.
void BoundMallocArenas();

// What reading configuration and certificates left free within the heap.
void GiveMemoryBack();

}  // namespace stapling::exporter
