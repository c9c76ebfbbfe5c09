// The program of the soak; tests/soak.sh builds and runs it, and says what it is for.

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>

#include "tests/soak/soak.h"

int main(int argc, char** argv) {
  stapling::testing::SoakOptions options;
  CLI::App app("Scrapes an exporter many times and looks at what is left of it.");
  app.add_option("--scrapes", options.scrapes)->check(CLI::Range(100, 100'000'000));
  app.add_option("--scrapers", options.scrapers)->check(CLI::Range(1, 1'000));
  app.add_option("--growth-percent", options.growth_percent)->check(CLI::NonNegativeNumber);
  app.add_option("--growth-kib", options.growth_kib)->check(CLI::NonNegativeNumber);
  try {
    app.parse(argc, argv);
    return stapling::testing::RunSoak(options) ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    std::cerr << "soak: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
