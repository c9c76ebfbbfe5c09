#!/usr/bin/env bash
# Looks for what only many probes show: a real exporter is scraped by clients that stay, come and go,
# and vanish; its targets are healthy, bad and rude, and change meanwhile, as does its
# configuration. Fails if an answer is wrong, if threads or descriptors are left over after
# a warm-up, if memory grew, or if the exporter does not end well. Needs root, or user
# namespaces for everybody: all of it is in a network of its own.
set -euo pipefail

usage() {
  cat <<'END'
Usage: tests/soak.sh [--probes N] [--preset NAME] [--no-packages]

  --probes N      how many scrapes (default 500000, which take the better part of half an hour)
  --preset NAME   the exporter's build: release (default), dev, asan or tsan
  --no-packages   do not look for, or install, Debian packages
  --help          this text
END
}

die() {
  printf 'soak.sh: %s\n' "$*" >&2
  exit 2
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."

probes=500000
preset=release
packages=yes
while (($# > 0)); do
  case $1 in
    --help) usage && exit ;;
    --probes | --preset)
      (($# > 1)) || die "$1 needs a value; --help tells more"
      if [[ $1 == --probes ]]; then probes=$2; else preset=$2; fi
      shift
      ;;
    --no-packages) packages=no ;;
    *) die "there is no option \"$1\"; --help lists them" ;;
  esac
  shift
done
[[ $probes =~ ^[1-9][0-9]*$ ]] || die "--probes wants a number"

# By how much memory may grow: what leaks with every probe, or every hundredth, is far more after
# hundreds of thousands, while gaps between blocks, and code that runs for the first time, differ by
# some hundred KiB. A few thousand do not even fill what is kept of late probes, 8 MiB at the most.
# The sanitizers' own memory, of which a program has several times as much as without them, only ever
# grows, less and less: there a leak is for the address sanitizer to find, at the end.
percent=3
kib=256
if ((probes < 50000)); then
  percent=10
  kib=4096
fi
run=()
case $preset in
  release | dev) ;;
  asan)
    percent=20
    kib=16384
    # What is freed is given back to the program soon, so that it does not look like growth.
    export ASAN_OPTIONS=quarantine_size_mb=1:thread_local_quarantine_size_kb=16:detect_leaks=1
    export UBSAN_OPTIONS=${UBSAN_OPTIONS-print_stacktrace=1}
    ;;
  tsan)
    percent=50
    kib=65536
    export TSAN_OPTIONS=${TSAN_OPTIONS-suppressions=$PWD/tests/tsan.supp}
    # gcc 12's thread sanitizer does not start where the kernel spreads addresses widely.
    if setarch --addr-no-randomize true 2>/dev/null; then run=(setarch --addr-no-randomize); fi
    ;;
  *) die "there is no preset \"$preset\" for this; --help lists them" ;;
esac

if [[ $packages == yes ]]; then deploy/packages.sh build test; fi
# Debian keeps servers where only root's PATH looks.
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

build() {
  cmake --preset "$1" --log-level=WARNING >/dev/null
  "${run[@]}" cmake --build "build/$1" --parallel "$(nproc)" --target "$2"
}

# Clients and servers are the same whatever the exporter is built with.
build dev soak
build "$preset" ocsp_stapling_exporter

printf '%s scrapes of the exporter of build/%s:\n' "$probes" "$preset"
STAPLING_TEST_EXPORTER=$PWD/build/$preset/exporter/ocsp_stapling_exporter \
  "${run[@]}" build/dev/tests/soak/soak --scrapes "$probes" \
  --growth-percent "$percent" --growth-kib "$kib" || {
  printf 'soak.sh: FAILED after %d s\n' "$SECONDS"
  exit 1
}
printf 'Nothing was wrong, and nothing is left behind, in %d s.\n' "$SECONDS"
