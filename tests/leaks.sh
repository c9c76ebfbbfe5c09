#!/usr/bin/env bash
# Looks for leaks and wrong memory accesses: valgrind runs the exporter while the demo fleet is
# probed, once with handshakes by OpenSSL and once by GnuTLS, side by side. Most of those probes
# fail, each in its own way. Fails if a byte is lost, touched wrongly or read before it is written,
# if a verdict is not the expected one, or if the exporter does not end well.
set -euo pipefail

usage() {
  cat <<'END'
Usage: tests/leaks.sh [--probes N] [--no-packages]

  --probes N      at least so many probes with each TLS library (default 1000)
  --no-packages   do not look for, or install, Debian packages
  --help          this text
END
}

die() {
  printf 'leaks.sh: %s\n' "$*" >&2
  exit 2
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."

probes=1000
packages=yes
while (($# > 0)); do
  case $1 in
    --help) usage && exit ;;
    --probes)
      (($# > 1)) || die "$1 needs a value; --help tells more"
      probes=$2
      shift
      ;;
    --no-packages) packages=no ;;
    *) die "there is no option \"$1\"; --help lists them" ;;
  esac
  shift
done
[[ $probes =~ ^[1-9][0-9]*$ ]] || die "--probes wants a number"

if [[ $packages == yes ]]; then deploy/packages.sh build test leaks; fi
cmake --preset dev --log-level=WARNING >/dev/null
cmake --build build/dev --parallel "$(nproc)" --target ocsp_stapling_exporter demo_fleet

directory=$(mktemp --directory)
readonly directory fleet=build/dev/deploy/demo/demo_fleet
readonly exporter=build/dev/exporter/ocsp_stapling_exporter
pids=()

# shellcheck disable=SC2317  # called by trap
stop_all() {
  local pid
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$directory"
}
trap stop_all EXIT

# Waits up to a minute until the file holds the text, or process $3 ends without it.
wait_for_text() {
  local -r text=$1 file=$2 pid=$3
  local -i tries=600
  until grep -qs -- "$text" "$file"; do
    if ! kill -0 "$pid" 2>/dev/null || ((--tries == 0)); then
      cat "$file" >&2
      die "no \"$text\""
    fi
    sleep 0.1
  done
}

# The response to a GET of path $2 at $1, an IP:PORT. Whoever reads it reads all of it: what is left
# would break the pipe.
get() {
  exec 3<>"/dev/tcp/${1%:*}/${1#*:}"
  printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$2" "$1" >&3
  timeout 60 cat <&3
  exec 3>&-
}

# The first probes are slow, as valgrind translates the program while it runs: until one succeeds,
# they are not held to anything.
warm_up() {
  local -r address=$1 module=$2
  local -i tries=20
  until get "$address" "/probe?target=127.0.0.1:$good_port&module=$module" |
    grep '^probe_success 1' >/dev/null; do
    ((--tries > 0)) || die "no probe succeeds"
  done
}

# So that what leads to no certificate is seen, too: a port where nobody listens, one that speaks no
# TLS, and a name to resolve.
probe_others() {
  local -r address=$1 module=$2
  local target
  for target in 127.0.0.1:1 "$address" "localhost:$good_port"; do
    get "$address" "/probe?target=$target&module=$module" | grep '^probe_success ' >/dev/null ||
      die "no probe of $target"
  done
}

# All of one library; the demo's modules end in $2.
check() {
  local -r library=$1 suffix=$2
  local -r log=$directory/$1.log report=$directory/$1.valgrind
  shift 2
  valgrind --leak-check=full --show-leak-kinds=definite,indirect \
    --errors-for-leak-kinds=definite,indirect --error-exitcode=99 --log-file="$report" \
    "$exporter" serve --config.file "$directory/exporter.yml" \
    --web.listen-address 127.0.0.1:0 >"$log" 2>&1 &
  local -r pid=$!
  # shellcheck disable=SC2064  # of this process, now
  trap "kill $pid && wait $pid || true" EXIT
  wait_for_text 'msg="listening"' "$log" "$pid"
  local address
  address=$(sed -n 's/.*address=//p' "$log")

  warm_up "$address" "demo$suffix"
  local -i made=0
  while ((made < probes)); do
    "$fleet" probe --directory "$directory" --exporter "$address" "$@" >"$directory/$library.table" ||
      { cat "$directory/$library.table" && die "$library: a verdict is not the expected one"; }
    probe_others "$address" "demo$suffix"
    made=$(get "$address" /metrics | tr -d '\r' |
      awk '/^ocsp_stapling_exporter_probes_total/ { sum += $NF } END { print sum }')
  done

  kill -TERM "$pid"
  local status=0
  wait "$pid" || status=$?
  trap - EXIT
  printf '%s: %d probes, exit status %d\n' "$library" "$made" "$status"
  if ((status == 0)); then
    grep -E 'in use at exit|total heap usage|ERROR SUMMARY' "$report"
  else
    cat "$log" "$report"
  fi
  return "$status"
}

"$fleet" serve --directory "$directory" --base-port 0 >"$directory/fleet.log" 2>&1 &
pids+=($!)
wait_for_text '^ready: ' "$directory/fleet.log" "$!"
good_port=$(sed -n 's/^ready: .* to 127.0.0.1:\([0-9]*\),.*/\1/p' "$directory/fleet.log")

check openssl '' >"$directory/openssl.result" 2>&1 &
openssl=$!
check gnutls _gnutls --gnutls >"$directory/gnutls.result" 2>&1 &
gnutls=$!
pids+=("$openssl" "$gnutls")
failed=()
wait "$openssl" || failed+=(openssl)
wait "$gnutls" || failed+=(gnutls)
cat "$directory/openssl.result" "$directory/gnutls.result"
if ((${#failed[@]} > 0)); then
  printf 'FAILED: %s\n' "${failed[*]}"
  exit 1
fi
printf 'No leak and no wrong access in %d s.\n' "$SECONDS"
