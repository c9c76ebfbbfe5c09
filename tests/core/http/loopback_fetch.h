// Fetches from servers on loopback, and what came of them in words.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/http/fetch.h"
#include "tests/support/http_peer.h"

namespace stapling::testing {

// Gives every request the same answer; over TLS with a chain.
std::unique_ptr<HttpPeer> StartPeer(HttpPeerAnswer answer = {.body = "good"},
                                    std::vector<Certificate> chain = {});

// Of the phase responder. A URL that is not valid ends the test.
FetchRequest Get(const std::string& url);
FetchRequest Post(const std::string& url, const std::string& body);

// A body of 64 KiB, everything else as it comes by default.
FetchSettings Settings();

// "200: BODY", "http_status 404: Not Found", "refused -: Connection refused". Checks that body and
// failure exclude each other and that the failure is of the phase asked for.
std::string Words(const FetchResult& result);

std::string FetchWords(const FetchRequest& request, const FetchSettings& settings = Settings(),
                       std::chrono::milliseconds patience = std::chrono::seconds(20));

}  // namespace stapling::testing
