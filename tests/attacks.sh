#!/usr/bin/env bash
# What is done to the exporter by targets, scrapers, files and the machine, as figures: a line for
# each table of attacks, with how many were tried and survived, and what the worst of them cost.
set -euo pipefail

usage() {
  cat <<'END'
Usage: tests/attacks.sh [--preset NAME] [--no-packages]

  --preset NAME   dev (default) or asan
  --no-packages   do not look for, or install, Debian packages
  --help          this text

The tests are those that ctest has under the label "attack". Fails if one of them does.
END
}

die() {
  printf 'attacks.sh: %s\n' "$*" >&2
  exit 2
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."

preset=dev
packages=yes
while (($# > 0)); do
  case $1 in
    --help) usage && exit ;;
    --no-packages) packages=no ;;
    --preset)
      (($# > 1)) || die "$1 needs a value; --help tells more"
      preset=$2
      shift
      ;;
    *) die "there is no option \"$1\"; --help lists them" ;;
  esac
  shift
done

if [[ $packages == yes ]]; then deploy/packages.sh build test; fi
# Debian keeps servers where only root's PATH looks.
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

cmake --preset "$preset" --log-level=WARNING >/dev/null
cmake --build "build/$preset" --parallel "$(nproc)"

readonly log=build/$preset/attacks.log
status=0
ctest --test-dir "build/$preset" --verbose --label-regex '^attack$' --no-tests=error -j2 >"$log" ||
  status=1
sed -n 's/^[0-9]*: \[counts\] //p' "$log" | sort
sed -n '/tests passed/,$p' "$log"
if ((status != 0)); then printf 'attacks.sh: FAILED; see %s\n' "$log"; fi
exit "$status"
