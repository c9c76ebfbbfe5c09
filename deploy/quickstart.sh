#!/usr/bin/env bash
# From a fresh clone to a running exporter that you can look at, in one command.
#
# It installs what the build needs, builds, starts a fleet of demo TLS servers (one for each thing
# that can be wrong with a stapled OCSP response) and the exporter, probes each server through the
# exporter and prints what it found. Then it serves until Ctrl-C.
set -euo pipefail

usage() {
  cat <<'END'
Usage: deploy/quickstart.sh [OPTION]...

Builds the exporter, starts it beside a fleet of demo servers on loopback, and shows its verdicts.

  --once               end after the table; fails if any verdict is not the expected one
  --listen IP:PORT     where the exporter listens (default 127.0.0.1:6960)
  --base-port PORT     the first demo server's port (default 16961; twenty-one in a row)
  --directory DIR      where the demo's files go (default build/demo)
  --jobs N             compile so many files at once (default: one for each processor)
  --no-packages        do not look for, or install, Debian packages
  --help               this text
END
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root
readonly build=$root/build/release
readonly fleet_program=$build/deploy/demo/demo_fleet
readonly exporter_program=$build/exporter/ocsp_stapling_exporter

once=no
listen=127.0.0.1:6960
base_port=16961
directory=$root/build/demo
jobs=$(nproc)
packages=yes

bold='' plain=''
if [[ -t 1 && -z ${NO_COLOR-} ]]; then
  bold=$'\e[1m' plain=$'\e[0m'
fi

say() { printf '%s\n' "$*"; }
heading() { printf '\n%s==> %s%s\n' "$bold" "$*" "$plain"; }
die() {
  printf '\nquickstart: %s\n' "$*" >&2
  exit 1
}

parse_options() {
  while (($# > 0)); do
    case $1 in
      --once) once=yes ;;
      --no-packages) packages=no ;;
      --help) usage && exit ;;
      --listen | --base-port | --directory | --jobs)
        (($# > 1)) || die "$1 needs a value; --help tells more"
        case $1 in
          --listen) listen=$2 ;;
          --base-port) base_port=$2 ;;
          --directory) directory=$2 ;;
          --jobs) jobs=$2 ;;
        esac
        shift
        ;;
      *) die "there is no option \"$1\"; --help lists them" ;;
    esac
    shift
  done
  [[ $listen =~ ^(.*):([0-9]+)$ ]] || die "--listen wants IP:PORT, such as 127.0.0.1:6960"
  # Where a client on this machine finds it: "any address" is no address to connect to.
  case ${BASH_REMATCH[1]} in
    '' | 0.0.0.0 | '[::]') exporter=127.0.0.1:${BASH_REMATCH[2]} ;;
    *) exporter=$listen ;;
  esac
}

install_packages() {
  heading "1/4  Packages"
  if [[ $packages == no ]]; then
    say "Left alone."
    return
  fi
  say "The build needs a C++ compiler, CMake and libraries, all from Debian."
  "$root/deploy/packages.sh" build || die "the packages could not be installed"
}

build_programs() {
  heading "2/4  Build (a few minutes the first time)"
  cd "$root"
  cmake --preset release -DSTAPLING_TESTS=OFF --log-level=WARNING >/dev/null ||
    die "CMake could not configure the build"
  cmake --build "$build" --parallel "$jobs" --target ocsp_stapling_exporter demo_fleet ||
    die "the build failed; the first error is above"
}

fleet_pid='' exporter_pid=''

# shellcheck disable=SC2317  # called by trap
stop_all() {
  local pid
  for pid in $exporter_pid $fleet_pid; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
}

# An IPv6 address has brackets before its port, but not in this path.
is_listening() {
  local host=${1%:*}
  host=${host#[}
  (exec 3<>"/dev/tcp/${host%]}/${1##*:}") 2>/dev/null
}

# Waits up to 15 s until the condition (a command) holds. Ends the script if process $2 ends first.
wait_until() {
  local name=$1 pid=$2 log=$3
  shift 3
  local -i tries=150
  until "$@"; do
    if ! kill -0 "$pid" 2>/dev/null || ((--tries == 0)); then
      cat "$log" >&2
      die "$name did not start; its own words are above"
    fi
    sleep 0.1
  done
}

start_all() {
  heading "3/4  Start"
  mkdir -p "$directory"
  directory=$(cd "$directory" && pwd)
  local -r fleet_log=$directory/fleet.log exporter_log=$directory/exporter.log
  if is_listening "$exporter"; then
    die "something listens on $exporter already; --listen chooses another address"
  fi
  trap stop_all EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM

  "$fleet_program" serve --directory "$directory" --base-port "$base_port" \
    --exporter "$exporter" --rules "$root/deploy/prometheus/ocsp_stapling.rules.yml" \
    >"$fleet_log" 2>&1 &
  fleet_pid=$!
  wait_until "the demo fleet" "$fleet_pid" "$fleet_log" grep -qs '^ready' "$fleet_log"
  say "Demo servers  $(cut -d ' ' -f 4-6 "$fleet_log" | tr -d ,), with a throwaway CA"

  "$exporter_program" serve --config.file "$directory/exporter.yml" \
    --web.listen-address "$listen" >"$exporter_log" 2>&1 &
  exporter_pid=$!
  wait_until "the exporter" "$exporter_pid" "$exporter_log" is_listening "$exporter"
  say "Exporter      http://$exporter/  (log: $exporter_log)"
}

# Fails if a verdict is not the expected one.
show_verdicts() {
  heading "4/4  What the exporter says about each server"
  local status=0
  "$fleet_program" probe --directory "$directory" --exporter "$exporter" || status=$?
  say
  case $status in
    0) say "Every verdict is as expected." ;;
    1) say "Verdicts marked NO are not the expected ones: that is a bug in this program." ;;
    *) die "the exporter does not answer; its log is $directory/exporter.log" ;;
  esac
  return "$status"
}

show_next_steps() {
  heading "Next steps"
  cat <<END
Look at it      http://$exporter/
A probe         http://$exporter/probe?target=127.0.0.1:$((base_port + 14))&module=demo
The same, with its log: add &debug=true
The same, with GnuTLS' handshake and opinion: module=demo_gnutls
From a shell    $exporter_program \\
                  check --config.file $directory/exporter.yml 127.0.0.1:$((base_port + 10))
With the CA     $exporter_program \\
                  check --config.file $directory/exporter.yml \\
                  --schemes staple,ocsp,crl 127.0.0.1:$((base_port + 19))
A real server   $exporter_program check www.example.org
Alerts          see deploy/GUIDE.md, which goes on from here
Dashboards      see grafana/README.md

Serving until Ctrl-C.
END
}

serve() {
  # Ends when either does, or by a signal.
  wait -n "$fleet_pid" "$exporter_pid" || true
  die "a program ended by itself; see fleet.log and exporter.log in $directory"
}

main() {
  parse_options "$@"
  install_packages
  build_programs
  start_all
  local surprised=no
  show_verdicts || surprised=yes
  if [[ $once == yes ]]; then
    [[ $surprised == no ]]
    return
  fi
  show_next_steps
  serve
}

main "$@"
