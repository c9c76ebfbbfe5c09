// What may stand where a file should: nothing, nothing that can be read, or nothing of use.
//
// Root reads whatever a mode forbids, so what cannot be read is made of other things here.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace stapling::testing {

struct BadPlace {
  const char* name;
  // Puts it in the place of `path`, where nothing is.
  std::function<void(const std::filesystem::path& path)> make;
  // Whoever reads it carelessly waits or takes memory without end.
  bool ends_badly = false;
};

// None of them is a file of any use, whatever is read from it.
const std::vector<BadPlace>& BadPlaces();

// Removes what stands at `path`, whatever it is, and puts that in its place.
void Spoil(const std::filesystem::path& path, const BadPlace& place);
// The same with a file of that text.
void Mend(const std::filesystem::path& path, const std::string& text);

}  // namespace stapling::testing
