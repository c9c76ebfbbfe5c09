// The way to the server of a URL: policy, name, address, proxy and TLS.
#pragma once

#include <memory>
#include <variant>

#include "core/http/fetch.h"
#include "core/http/stream.h"

namespace stapling {

// To the first of the host's addresses that the policy lets pass and that answers, or through the
// settings' proxy. No more than three are tried, each within its share of the time.
std::variant<std::unique_ptr<Stream>, Failure> OpenStream(const Url& url,
                                                          const FetchSettings& settings,
                                                          Phase phase, Deadline deadline);

}  // namespace stapling
