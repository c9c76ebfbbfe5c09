#!/usr/bin/env bash
# The one place where the names of Debian packages live, and how they are installed.
#
#   deploy/packages.sh build test     install what is missing of these groups
#   deploy/packages.sh --list build   print the names of a group, one per line
#
# It uses sudo where it is not root, recommends nothing, asks nothing and starts no daemon. When
# all packages are there it does nothing at all.
set -euo pipefail

declare -rA packages=(
  # The exporter and its demo fleet, and the public certificate authorities.
  [build]="ca-certificates cmake g++ ninja-build pkgconf
    libc-ares-dev libcli11-dev libcpp-httplib-dev libcrypt-dev libgnutls28-dev libspdlog-dev
    libssl-dev libyaml-cpp-dev nlohmann-json3-dev prometheus-cpp-dev"
  # What the tests are built with, and the real servers that take part in them.
  [test]="libbenchmark-dev libgmock-dev libgtest-dev zlib1g-dev
    apache2-bin chromium chromium-driver curl gnutls-bin haproxy nginx-light openssl prometheus
    prometheus-alertmanager
    dovecot-imapd dovecot-lmtpd dovecot-managesieved dovecot-pop3d exim4-daemon-light inn2 inspircd
    mariadb-server-core microsocks nats-server postgresql prosody slapd systemd tinyproxy-bin vsftpd"
  # What the benchmarks are built with, their server, what scrapes, and a peer to compare with.
  [bench]="libbenchmark-dev nginx-light prometheus prometheus-blackbox-exporter zlib1g-dev"
  # What scrapes the exporter and sends its alerts.
  [monitoring]="prometheus prometheus-alertmanager"
  # The fuzzer that clang brings.
  [fuzz]="clang-14 libclang-rt-14-dev"
  # What counts the lines that the fuzzers reach.
  [coverage]="gcovr llvm-14"
  # What looks for leaks while the exporter runs.
  [leaks]="valgrind"
  # What the Debian package is made with, beside what the build takes.
  [package]="dpkg-dev file"
  # What looks at the package, and the bare system that it is tried in.
  [package_test]="debootstrap lintian"
  # What looks for mistakes without running anything.
  [lint]="clang-format-14 clang-tidy-14 cppcheck git shellcheck"
)

die() {
  printf 'packages.sh: %s\n' "$*" >&2
  exit 1
}

# The packages of the named groups, one per line.
names_of() {
  local group
  for group in "$@"; do
    [[ -v packages[$group] ]] || die "no group \"$group\"; there are: ${!packages[*]}"
    xargs -n 1 <<<"${packages[$group]}"
  done
}

is_installed() {
  dpkg-query --show --showformat='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

missing_of() {
  local name
  for name in $(names_of "$@"); do
    is_installed "$name" || printf '%s\n' "$name"
  done
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo "$@"
  fi
}

# Debian starts a daemon as soon as its package is installed, unless this policy forbids it.
readonly policy=/usr/sbin/policy-rc.d
policy_is_ours=no
inn_configuration=

forbid_daemons() {
  [[ -e $policy ]] && return
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 0755 "$policy"
  policy_is_ours=yes
}

# shellcheck disable=SC2317  # called by trap
allow_daemons() {
  if [[ $policy_is_ours == yes ]]; then as_root rm -f "$policy"; fi
}

# INN's package fails to install where neither the machine's name nor INN's configuration has a
# domain, as on most machines that build. Its postinst reads this file in place of the package's.
write_inn_configuration() {
  inn_configuration=$(mktemp)
  printf '%s\n' 'domain: localdomain' 'mta: /bin/false' 'hismethod: hisv6' \
    'enableoverview: false' 'pathnews: /usr/lib/news' 'pathdb: /var/lib/news' \
    'pathetc: /etc/news' 'pathspool: /var/spool/news' >"$inn_configuration"
  chmod 0644 "$inn_configuration"
}

# shellcheck disable=SC2317  # called by trap
clean_up() {
  allow_daemons
  rm -f "$inn_configuration"
}

install() {
  command -v apt-get >/dev/null ||
    die "there is no apt-get here; install what these Debian 12 packages hold: $*"
  ((EUID == 0)) || command -v sudo >/dev/null ||
    die "there is no sudo here; as root, install: apt-get install --no-install-recommends $*"
  trap clean_up EXIT
  forbid_daemons
  write_inn_configuration
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 INNCONF="$inn_configuration" \
    apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 "$@"
}

main() {
  (($# > 0)) || die "name one or more groups: ${!packages[*]}"
  if [[ $1 == --list ]]; then
    shift
    names_of "$@"
    return
  fi
  names_of "$@" >/dev/null
  local -a missing
  mapfile -t missing < <(missing_of "$@")
  if ((${#missing[@]} == 0)); then
    printf 'All packages are there already.\n'
    return
  fi
  printf 'Installing from Debian, with what they depend on: %s\n' "${missing[*]}"
  install "${missing[@]}"
}

main "$@"
