#!/usr/bin/env bash
# Shows that the exporter builds and works where GnuTLS is not installed: its headers and its
# pkg-config file are hidden behind ones that do not work, the program built with
# -DSTAPLING_GNUTLS=OFF is not linked with it, and asking for it is one clear sentence.
set -euo pipefail

usage() {
  cat <<'END'
Usage: tests/without_gnutls.sh [--no-packages]

  --no-packages   do not look for, or install, Debian packages
  --help          this text
END
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=yes
for option in "$@"; do
  case $option in
    --help) usage && exit ;;
    --no-packages) packages=no ;;
    *)
      printf 'without_gnutls.sh: there is no option "%s"; --help lists them\n' "$option" >&2
      exit 2
      ;;
  esac
done

if [[ $packages == yes ]]; then deploy/packages.sh build; fi

readonly build=$PWD/build/without_gnutls
readonly exporter=$build/exporter/ocsp_stapling_exporter
readonly hidden=$build/hidden

fail() {
  printf 'without_gnutls.sh: %s\n' "$*" >&2
  exit 1
}

# Whoever includes a header of GnuTLS finds this one first, as all of them include it, and whoever
# asks pkg-config finds a version that nobody wants.
hide_gnutls() {
  mkdir -p "$hidden/gnutls"
  printf '#error "GnuTLS is not here"\n' >"$hidden/gnutls/gnutls.h"
  printf 'Name: GnuTLS\nDescription: not here\nVersion: 0\n' >"$hidden/gnutls.pc"
  export PKG_CONFIG_PATH=$hidden
  # Otherwise the proof is none.
  ! pkg-config --exists 'gnutls >= 3.7.4' || fail "GnuTLS' pkg-config file is still found"
  ! g++ -I"$hidden" -x c++ -fsyntax-only - <<<'#include <gnutls/ocsp.h>' 2>/dev/null ||
    fail "GnuTLS' headers are still found"
}

build_without() {
  local -a options=(-DSTAPLING_GNUTLS=OFF -DSTAPLING_PRECOMPILE=ON "-DCMAKE_CXX_FLAGS=-I$hidden")
  cmake --preset dev -B "$build" "${options[@]}" --log-level=WARNING >/dev/null
  cmake --build "$build" --parallel "$(nproc)" --target ocsp_stapling_exporter
}

check_what_was_used() {
  local used linked
  used=$(ninja -C "$build" -t deps) || fail "ninja does not tell what the build used"
  [[ $used == *core/tls/tls_library.h* ]] || fail "ninja does not tell what the build used"
  ! grep -E '/gnutls/[a-z0-9-]+\.h$' <<<"$used" || fail "the build used a header of GnuTLS"
  linked=$(ldd "$exporter")
  [[ $linked == *libssl.* ]] || fail "ldd does not tell what the program is linked with"
  [[ $linked != *libgnutls* ]] || fail "the program is linked with GnuTLS"
}

# The exit status and everything it says must be these.
expect() {
  local -r status=$1 text=$2
  shift 2
  local said actual=0
  said=$("$exporter" "$@" 2>&1) || actual=$?
  if [[ $actual != "$status" || $said != *"$text"* ]]; then
    printf '%s\n' "$said" >&2
    fail "$* exits with $actual, not with $status and \"$text\""
  fi
}

check_what_it_says() {
  local -r seeds=tests/fuzz/seeds asked_for=$build/gnutls.yml
  printf 'modules:\n  one:\n    tls_library: gnutls\n' >"$asked_for"
  expect 1 "$asked_for:3: tls_library must be openssl: this build has no gnutls" \
    --config.check --config.file="$asked_for"
  expect 1 "must be openssl: this build has no gnutls" serve --config.file="$asked_for"
  expect 3 "must be openssl: this build has no gnutls" \
    check --config.file="$asked_for" 127.0.0.1:1
  local -ra verify=(verify --response "$seeds/judge/good.der" --certificate
    "$seeds/certificate.der" --issuer "$seeds/issuer.der" --at 2026-03-01T12:00:00Z)
  expect 3 "--library must be openssl: this build has no gnutls" "${verify[@]}" --library gnutls
  # What does not need it works.
  expect 0 '"verdict": "good"' "${verify[@]}" --format json
  expect 0 "its modules are tls, staple_required, smtp_starttls" --config.check
  ! "$exporter" --config.print-defaults | grep gnutls || fail "the built-in modules ask for GnuTLS"
}

hide_gnutls
build_without
check_what_was_used
check_what_it_says
printf 'It builds, links and works without GnuTLS, and says so when asked for it (%d s).\n' "$SECONDS"
