// Configurations as we show them to users, for tests that run them: with other addresses and
// shorter times, and nothing else changed.
#pragma once

#include <string>

namespace stapling::testing {

// Where the exporter listens in every configuration that we show.
inline constexpr const char* kShownExporter = "127.0.0.1:6960";

// A file of the source tree, such as "deploy/prometheus.yml"; the test fails if it is not there.
std::string ReadShown(const std::string& name);

// Everywhere in `text`; the test fails if `from` is not in it.
void ReplaceAll(std::string& text, const std::string& from, const std::string& to);

// The value of every "key: value" that has a line to itself; the test fails if there is none.
void SetEach(std::string& text, const std::string& key, const std::string& value);

// Makes rules sixty times as fast: in every range, "[15m]", every `offset` and every `for` a minute
// becomes a second. Hours and days stay.
void MakeMinutesSeconds(std::string& rules);

// The first block of this language in a Markdown text; empty without one.
std::string CodeBlock(const std::string& markdown, const std::string& language);

}  // namespace stapling::testing
