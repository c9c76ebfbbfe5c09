#!/usr/bin/env bash
# What a probe costs: builds the exporter as it is shipped and the benchmark suite, and prints a
# table of figures. README.md beside this file says what each of them is.
set -euo pipefail

usage() {
  cat <<'END'
Usage: tests/bench/run.sh [OPTION]...

  --quick          fewer rounds, and nothing that takes minutes
  --only LIST      only these sections, separated by commas; --list names them
  --list           name the sections
  --exporter PATH  measure this program, not the one built here
  --peers DIR      look for blackbox_exporter and ssl_exporter here before PATH
  --jobs N         compile so many files at once (default: one for each processor)
  --no-packages    do not look for, or install, Debian packages
  --help           this text
END
}

die() {
  printf 'run.sh: %s\n' "$*" >&2
  exit 2
}

# Paths are the caller's.
absolute() {
  realpath --no-symlinks -- "$1"
}

packages=yes
list=no
jobs=$(nproc)
arguments=()
while (($# > 0)); do
  case $1 in
    --help) usage && exit ;;
    --no-packages) packages=no ;;
    --quick) arguments+=(--quick) ;;
    --list) list=yes ;;
    --only | --exporter | --peers | --jobs)
      (($# > 1)) || die "$1 needs a value; --help tells more"
      case $1 in
        --only) arguments+=(--only "$2") ;;
        --exporter | --peers) arguments+=("$1" "$(absolute "$2")") ;;
        --jobs) jobs=$2 ;;
      esac
      shift
      ;;
    *) die "there is no option \"$1\"; --help lists them" ;;
  esac
  shift
done

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [[ $packages == yes ]]; then deploy/packages.sh build bench >&2; fi

# Debian keeps servers where only root's PATH looks.
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

cmake --preset bench --log-level=WARNING >/dev/null
cmake --build build/bench --parallel "$jobs" --target stapling_bench >&2
if [[ $list == yes ]]; then arguments=(--help); fi
exec build/bench/tests/bench/stapling_bench "${arguments[@]}"
