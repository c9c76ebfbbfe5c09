#!/usr/bin/env bash
# Tries the Debian package as a user would, in a bare Debian 12 root: install, start by the unit's own
# command line as an unprivileged user, scrape, upgrade with a configuration changed by hand, remove,
# purge; at the end no file may be left. lintian reads the package first. Must be run as root, for
# chroot; mounts nothing, and the root is deleted whatever happens.
set -euo pipefail

usage() {
  cat <<'END'
Usage: tests/package.sh [OPTION]...

  --preset NAME     of CMake, built in build/NAME (default release)
  --cache DIR       where the bare root is kept, as a tar file, for the next time
                    (default TMPDIR/ocsp_stapling_exporter_roots)
  --no-packages     do not look for, or install, Debian packages
  --help            this text
END
}

fail() {
  printf 'package.sh: %s\n' "$*" >&2
  exit 1
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."

cache=${TMPDIR:-/tmp}/ocsp_stapling_exporter_roots
preset=release
packages=yes
while (($# > 0)); do
  case $1 in
    --help) usage && exit ;;
    --no-packages) packages=no ;;
    --preset | --cache)
      (($# > 1)) || fail "$1 needs a value; --help tells more"
      case $1 in
        --preset) preset=$2 ;;
        --cache) cache=$2 ;;
      esac
      shift
      ;;
    *) fail "there is no option \"$1\"; --help lists them" ;;
  esac
  shift
done
((EUID == 0)) || fail "only root can chroot"
if [[ $packages == yes ]]; then deploy/packages.sh build package package_test; fi

readonly name=prometheus-ocsp-stapling-exporter suite=bookworm
work=$(mktemp --directory)
readonly work root=$work/root
readonly unit=lib/systemd/system/ocsp_stapling_exporter.service
readonly configuration=etc/ocsp_stapling_exporter/ocsp_stapling_exporter.yml
exporter_pid=

# Deletes nothing while anything is mounted below.
# shellcheck disable=SC2317  # called by trap
clean_up() {
  local mount
  stop_exporter || true
  while read -r mount; do
    umount "$mount" || true
  done < <(mounts_below "$work" | sort --reverse)
  if [[ -n $(mounts_below "$work") ]]; then
    printf 'package.sh: still mounted, so left alone: %s\n' "$work" >&2
  else
    rm -rf --one-file-system "$work"
  fi
}
trap clean_up EXIT

mounts_below() { awk -v below="$1/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts; }

step() { printf '%3d s  %s\n' "$SECONDS" "$*"; }

in_root() {
  chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@" </dev/null
}

# What it says is of interest only when it fails.
quietly() { "$@" >"$work/output" 2>&1 || { cat "$work/output" >&2 && fail "failed: $*"; }; }

# The one of this machine's own list.
mirror() {
  # shellcheck disable=SC2016  # apt expands it
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
    "Codename: $suite" 'Component: main' | head -n 1
}

make_root() {
  local -r tar=$cache/$suite-$(dpkg --print-architecture).tar
  mkdir -p "$cache" "$root"
  if [[ ! -e $tar ]]; then
    step "making a bare root, kept as $tar"
    quietly debootstrap --variant=minbase "$suite" "$root" "$(mirror)"
    [[ -z $(mounts_below "$work") ]] || fail "debootstrap left something mounted"
    tar --create --file "$tar.$$" --directory "$root" .
    mv "$tar.$$" "$tar"
  else
    tar --extract --file "$tar" --directory "$root"
  fi
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  mkdir "$root/packages"
  cp "$@" "$root/packages"
}

# Of the whole root, but for what apt and dpkg keep for themselves.
list_files() {
  find "$root" -xdev -mindepth 1 \( -path "$root/var/cache" -o -path "$root/var/lib/apt" -o \
    -path "$root/var/log" -o -path "$root/packages" -o -path "$root/tmp" \) -prune -o \
    ! -path "$root/var/lib/dpkg/*-old" ! -path "$root/var/lib/dpkg/triggers/*" \
    -printf '/%P\n' | sort
}

# By the unit's command line, but on a port that the system chooses.
start_exporter() {
  local command ARGS=
  command=$(sed -n 's/^ExecStart=//p' "$root/$unit")
  # shellcheck disable=SC1091  # the package's
  source "$root/etc/default/ocsp_stapling_exporter"
  [[ -n $command && -n $ARGS ]] || fail "unit and default file give no command line"
  local -a words
  read -r -a words <<<"${command/\$ARGS/$ARGS}"
  : >"$work/log"  # of an earlier start
  chroot --userspec=65534:65534 --groups= "$root" env -i "${words[@]}" \
    --web.listen-address=127.0.0.1:0 >>"$work/log" 2>&1 &
  exporter_pid=$!
  local -i tries=100
  until address=$(sed -n 's/.*msg="listening" address=//p' "$work/log") && [[ -n $address ]]; do
    if ((--tries == 0)) || ! kill -0 "$exporter_pid" 2>/dev/null; then
      cat "$work/log" >&2
      fail "the exporter does not start: ${words[*]}"
    fi
    sleep 0.1
  done
}

stop_exporter() {
  [[ -n $exporter_pid ]] || return 0
  local status=0
  kill -TERM "$exporter_pid" || true
  wait "$exporter_pid" || status=$?
  exporter_pid=
  return "$status"
}

# The response to a GET of path $1 must have a line that starts with $2.
expect_line() {
  local response
  exec 3<>"/dev/tcp/${address%:*}/${address#*:}"
  printf 'GET %s HTTP/1.0\r\n\r\n' "$1" >&3
  response=$(timeout 30 cat <&3)
  exec 3>&-
  grep -q "^$2" <<<"$response" || { printf '%s\n' "$response" >&2 && fail "$1 has no line \"$2\""; }
}

scrape() {
  start_exporter
  # Its own port: a server that speaks no TLS.
  expect_line "/probe?target=$address" 'probe_failure_info{phase="handshake",reason="not_tls"} 1'
  expect_line /metrics "ocsp_stapling_exporter_build_info{"
  expect_line /config "default_module: tls"
  [[ $(ps -o uid= -p "$exporter_pid") -eq 65534 ]] || fail "the exporter runs as another user"
  stop_exporter || fail "the exporter ended with $?: $(cat "$work/log")"
}

expect_version() {
  local actual
  # shellcheck disable=SC2016  # dpkg expands it
  actual=$(in_root dpkg-query --show --showformat='${Version} ${db:Status-Status}' "$name")
  [[ $actual == "$1" ]] || fail "it is $actual, not $1"
}

build() {
  deploy/debian/build.sh --no-packages --preset "$preset" --output "$work/packages" "$@" \
    2>"$work/output" || { cat "$work/output" >&2 && fail "no package"; }
}

install_package() {
  quietly in_root apt-get install --yes --no-install-recommends "/packages/$(basename "$1")"
}

readonly enabled=etc/systemd/system/multi-user.target.wants/ocsp_stapling_exporter.service
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' deploy/debian/changelog)
readonly version newer=$version.1

step "building $version and $newer"
first=$(build)
second=$(build --version "$newer")
built=$SECONDS

step "lintian"
lintian --allow-root --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs "$first" ||
  fail "lintian found something"

make_root "$first" "$second"
step "what it depends on, into the bare root"
quietly in_root apt-get update
quietly in_root apt-get satisfy --yes --no-install-recommends "$(dpkg-deb --field "$first" Depends)"
list_files >"$work/before"

step "install"
install_package "$first"
expect_version "$version installed"
[[ -L $root/$enabled ]] || fail "the service is not enabled"
[[ $(in_root /usr/bin/ocsp_stapling_exporter --version) == *"version ${version%-*}"* ]] ||
  fail "the program does not tell its version"
step "hardening"
tests/hardening.sh --stripped "$root/usr/bin/ocsp_stapling_exporter" ||
  fail "the program is not as hard as it could be"
step "scrape"
scrape

step "upgrade"
printf '# changed by hand\n' >>"$root/$configuration"
install_package "$second"
expect_version "$newer installed"
grep -q '^# changed by hand' "$root/$configuration" || fail "the upgrade changed a configuration file"
scrape

step "remove"
quietly in_root apt-get remove --yes "$name"
expect_version "$newer config-files"
[[ ! -e $root/usr/bin/ocsp_stapling_exporter && ! -e $root/$unit ]] || fail "remove leaves files"
grep -q '^# changed by hand' "$root/$configuration" || fail "remove took a configuration file"

step "purge"
quietly in_root apt-get purge --yes "$name"
list_files >"$work/after"
diff "$work/before" "$work/after" || fail "purge leaves something, or took too much"

step "done"
printf 'The package installs, serves, upgrades and purges without a trace (%d s after the build).\n' \
  $((SECONDS - built))
