#!/usr/bin/env bash
# The sweep over failing calls at length: where ctest tries a few calls of each function, this tries
# many, and says how many were seen, made to fail and survived. Fails with any of them.
set -euo pipefail

usage() {
  cat <<'END_OF_USAGE'
Usage: tests/faults.sh [OPTION]...

  --points N      so many calls of each function in each scenario (default 50; 0: every one)
  --filter TEXT   only the tests whose name holds it
  --no-packages   do not look for, or install, Debian packages
  --help          this text

With --points 5 it is what ctest runs, in less than a minute; with 50 it takes about two of them.
END_OF_USAGE
}

die() {
  printf 'faults.sh: %s\n' "$*" >&2
  exit 2
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."

points=50
filter=
packages=yes
while (($# > 0)); do
  case $1 in
    --help) usage && exit ;;
    --no-packages) packages=no ;;
    --points | --filter)
      (($# > 1)) || die "$1 needs a value; --help tells more"
      case $1 in
        --points) points=$2 ;;
        --filter) filter=$2 ;;
      esac
      shift
      ;;
    *) die "there is no option \"$1\"; --help lists them" ;;
  esac
  shift
done
[[ $points =~ ^[0-9]+$ ]] || die "--points wants a number"

if [[ $packages == yes ]]; then deploy/packages.sh build test; fi
cmake --preset dev --log-level=WARNING >/dev/null
cmake --build build/dev --parallel "$(nproc)" --target fault_tests

export STAPLING_FAULT_POINTS=$points
readonly tests=build/dev/tests/faults/fault_tests log=build/dev/faults.log
mapfile -t names < <("$tests" --gtest_list_tests --gtest_filter="*$filter*" |
  awk '/^[^ ]/ { suite = $1 } /^ / { print suite $1 }')
((${#names[@]} > 0)) || die "no test's name holds \"$filter\""
status=0
: >"$log"
# Each in a process of its own: one of them leaves the network.
for name in "${names[@]}"; do
  "$tests" --gtest_brief=1 --gtest_filter="$name" | tee -a "$log" || status=1
done

# Over all scenarios, by function and the way in which it failed.
awk '/ calls .* failed .* survived$/ {
  text = substr($0, 26, 36); sub(/ +$/, "", text)
  seen[text] += $(NF - 5); failed[text] += $(NF - 3); survived[text] += $(NF - 1)
}
END {
  for (text in seen) {
    printf "%-36s %9d seen %7d failed %7d survived\n", text, seen[text], failed[text], survived[text]
  }
}' "$log" | sort
exit "$status"
