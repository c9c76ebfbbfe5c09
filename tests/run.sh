#!/usr/bin/env bash
# Everything the tests need, and the tests: packages, build, ctest. Fails if any of them does.
set -euo pipefail

usage() {
  cat <<'END'
Usage: tests/run.sh [OPTION]...

Installs the Debian packages that the tests need, builds a preset and runs its tests.

  --preset NAME     dev (default), release, asan or tsan; built in build/NAME
  --filter REGEX    only the tests whose name matches
  --without LABEL   leave out the tests with this label, such as e2e
  --jobs N          compile so many files at once (default: one for each processor)
  --no-packages     do not look for, or install, Debian packages
  --help            this text
END
}

die() {
  printf 'run.sh: %s\n' "$*" >&2
  exit 2
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."

preset=dev
jobs=$(nproc)
packages=yes
selection=()
while (($# > 0)); do
  case $1 in
    --help) usage && exit ;;
    --no-packages) packages=no ;;
    --preset | --filter | --without | --jobs)
      (($# > 1)) || die "$1 needs a value; --help tells more"
      case $1 in
        --preset) preset=$2 ;;
        --filter) selection+=(--tests-regex "$2") ;;
        --without) selection+=(--label-exclude "$2") ;;
        --jobs) jobs=$2 ;;
      esac
      shift
      ;;
    *) die "there is no option \"$1\"; --help lists them" ;;
  esac
  shift
done

if [[ $packages == yes ]]; then deploy/packages.sh build test; fi

# A bare root has no terminals, and a test needs one.
if [[ ! -e /dev/pts/ptmx && $EUID == 0 ]] && mount -t devpts devpts /dev/pts; then
  trap 'umount /dev/pts' EXIT
fi

# Debian keeps servers where only root's PATH looks.
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export UBSAN_OPTIONS=${UBSAN_OPTIONS-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS-suppressions=$PWD/tests/tsan.supp}

# gcc 12's thread sanitizer does not start where the kernel spreads addresses widely.
run=()
if [[ $preset == tsan ]] && setarch --addr-no-randomize true 2>/dev/null; then
  run=(setarch --addr-no-randomize)
fi

# The cheapest build of everything, but a launcher such as ccache does not keep what it makes.
options=(-DSTAPLING_PRECOMPILE=ON)
if [[ -n ${CMAKE_CXX_COMPILER_LAUNCHER-} ]]; then options=(); fi
cmake --preset "$preset" "${options[@]}"
"${run[@]}" cmake --build "build/$preset" --parallel "$jobs"
# Most tests wait most of the time; under a sanitizer they compute.
at_once=3
if [[ $preset == asan || $preset == tsan ]]; then at_once=2; fi
"${run[@]}" ctest --test-dir "build/$preset" --output-on-failure --no-label-summary \
  --no-tests=error -j"$at_once" "${selection[@]}"
