#!/usr/bin/env bash
# Which lines and branches of core/ and exporter/ the tests reach: builds once more, with gcc
# counting, runs the tests of the core and the faults, and prints a table of directories, then the
# lines that were never reached: of core/, and with --all of both. Fails only when a test does.
set -euo pipefail

usage() {
  cat <<'END_OF_USAGE'
Usage: tests/coverage.sh [--all] [--keep] [--no-packages]

  --all           the exporter's own and the integration tests as well, which take longer
  --keep          do not run the tests again: show what the last run counted
  --no-packages   do not look for, or install, Debian packages
  --help          this text
END_OF_USAGE
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."

all=no
keep=no
packages=yes
for option in "$@"; do
  case $option in
    --help) usage && exit ;;
    --all) all=yes ;;
    --keep) keep=yes ;;
    --no-packages) packages=no ;;
    *)
      printf 'coverage.sh: there is no option "%s"; --help lists them\n' "$option" >&2
      exit 2
      ;;
  esac
done

if [[ $packages == yes ]]; then deploy/packages.sh build test coverage; fi
readonly build=build/coverage
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

status=0
if [[ $keep == no ]]; then
  # Counted from several threads at once. No inlining: a line counts where it is written.
  cmake --preset dev -B "$build" -DSTAPLING_DEMO=OFF -DSTAPLING_PRECOMPILE=ON \
    -DCMAKE_CXX_FLAGS='--coverage -fprofile-update=atomic -O0' --log-level=WARNING >/dev/null
  targets=(fault_tests judge_tests peer_tests probe_tests)
  if [[ $all == yes ]]; then targets=(all); fi
  cmake --build "$build" --parallel "$(nproc)" --target "${targets[@]}"
  find "$build" -name '*.gcda' -delete
  export GTEST_FILTER=-LargeCrl.CostsLittleMoreThanItsOctets  # of time: counting takes most of it
  ctest --test-dir "$build/tests/core" --output-on-failure --no-label-summary -j3 || status=1
  ctest --test-dir "$build/tests/faults" --output-on-failure --no-label-summary -j3 || status=1
  if [[ $all == yes ]]; then
    for each in exporter integration; do
      ctest --test-dir "$build/tests/$each" --output-on-failure --no-label-summary -j3 || status=1
    done
  fi
fi

gcovr --root . --filter core/ --filter exporter/ --exclude-throw-branches \
  --json "$build/coverage.json" "$build/core" "$build/exporter"

# Of each directory: lines and branches, reached of all; a line of a template counts once.
python3 - "$build/coverage.json" "$all" <<'END_OF_TABLE'
import collections, json, os, sys

files = json.load(open(sys.argv[1]))["files"]
listed = ("core/", "exporter/") if sys.argv[2] == "yes" else ("core/",)
count = collections.defaultdict(lambda: [0, 0, 0, 0])
unreached = {}
for file in files:
    name = file["file"]
    lines = [line for line in file["lines"] if not line.get("gcovr/noncode")]
    branches = [branch for line in lines for branch in line["branches"]]
    for key in (os.path.dirname(name), name.split("/")[0] + ", all of it"):
        count[key][0] += sum(line["count"] > 0 for line in lines)
        count[key][1] += len(lines)
        count[key][2] += sum(branch["count"] > 0 for branch in branches)
        count[key][3] += len(branches)
    if name.startswith(listed):
        unreached[name] = [line["line_number"] for line in lines if line["count"] == 0]

print("%-26s %18s %20s" % ("directory", "lines", "branches"))
for key, (line, lines, branch, branches) in sorted(count.items()):
    share = lambda part, whole: 100 * part / whole if whole else 100
    print("%-26s %5d of %5d %5.1f%% %5d of %5d %5.1f%%" % (
        key, line, lines, share(line, lines), branch, branches, share(branch, branches)))
print("\nLines that no test reaches, of %s:" % " and ".join(listed))
for name, numbers in sorted(unreached.items()):
    text = open(name).read().split("\n")
    for number in numbers:
        print("%s:%d: %s" % (name, number, text[number - 1].strip()))
END_OF_TABLE
exit "$status"
