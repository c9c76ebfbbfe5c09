// What a TLS library itself says of a staple: an opinion beside our verdict, never the verdict.
#pragma once

#include <string>

namespace stapling {

struct LibraryOpinion {
  bool accepted = false;
  std::string sentence;  // what it found, for an operator
};

}  // namespace stapling
