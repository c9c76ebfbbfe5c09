#!/usr/bin/env bash
# Builds the exporter and makes Debian's package of it. Standard output is the package's file name.
set -euo pipefail

usage() {
  cat <<'END'
Usage: deploy/debian/build.sh [OPTION]...

  --preset NAME     of CMake, built in build/NAME (default release)
  --output DIR      where the package goes (default build/package)
  --version V       the package's version (default: that of deploy/debian/changelog)
  --jobs N          compile so many files at once (default: one for each processor)
  --no-packages     do not look for, or install, Debian packages
  --help            this text
END
}

die() {
  printf 'build.sh: %s\n' "$*" >&2
  exit 2
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly root
output=$root/build/package
version=
preset=release
jobs=$(nproc)
packages=yes
while (($# > 0)); do
  case $1 in
    --help) usage && exit ;;
    --no-packages) packages=no ;;
    --preset | --output | --version | --jobs)
      (($# > 1)) || die "$1 needs a value; --help tells more"
      case $1 in
        --preset) preset=$2 ;;
        --output) output=$2 ;;
        --version) version=$2 ;;
        --jobs) jobs=$2 ;;
      esac
      shift
      ;;
    *) die "there is no option \"$1\"; --help lists them" ;;
  esac
  shift
done

mkdir -p "$output"
output=$(cd "$output" && pwd)
cd "$root"
if [[ $packages == yes ]]; then deploy/packages.sh build package >&2; fi

cmake --preset "$preset" --log-level=WARNING >/dev/null
cmake --build "build/$preset" --parallel "$jobs" --target ocsp_stapling_exporter package_files >&2

options=()
if [[ -n $version ]]; then
  [[ $version == *-* ]] || die "--version wants VERSION-REVISION, such as 0.1.0-2"
  options+=(-D "CPACK_PACKAGE_VERSION=${version%-*}" -D "CPACK_DEBIAN_PACKAGE_RELEASE=${version##*-}")
fi
staging=$(mktemp --directory)
trap 'rm -rf "$staging"' EXIT
cpack --config "build/$preset/CPackConfig.cmake" -G DEB -B "$staging" "${options[@]}" >&2
package=$(basename "$staging"/*.deb)
mv "$staging/$package" "$output/$package"
printf '%s\n' "$output/$package"
