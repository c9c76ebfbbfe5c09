#!/usr/bin/env bash
# Builds the fuzz targets and runs them side by side. Fails on the first broken invariant, leak,
# sanitizer report or hang of any; the input that did it is then beside the corpora.
set -euo pipefail

usage() {
  cat <<'END'
Usage: tests/fuzz/run.sh [OPTION]... [TARGET]...

  --seconds N     how long each target runs (default 20)
  --jobs N        run so many at once (default: one for each processor)
  --coverage      run nothing: show what the seeds and the grown corpora reach
  --no-packages   do not look for, or install, Debian packages
  --help          this text

TARGET is a name such as judge_fuzz; default: all. The corpora grow in build/fuzz/corpus.
END
}

die() {
  printf 'fuzz/run.sh: %s\n' "$*" >&2
  exit 2
}

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly all=(certificate_message_fuzz configuration_fuzz crl_fuzz judge_fuzz proxy_fuzz
  request_head_fuzz response_head_fuzz starttls_fuzz target_fuzz url_fuzz)
seconds=20
jobs=$(nproc)
packages=yes
coverage=no
targets=()
while (($# > 0)); do
  case $1 in
    --help) usage && exit ;;
    --no-packages) packages=no ;;
    --coverage) coverage=yes ;;
    --seconds | --jobs)
      [[ ${2-} =~ ^[1-9][0-9]*$ ]] || die "$1 needs a number; --help tells more"
      if [[ $1 == --seconds ]]; then seconds=$2; else jobs=$2; fi
      shift
      ;;
    *)
      [[ " ${all[*]} " == *" $1 "* ]] || die "there is no option or target \"$1\"; --help tells more"
      targets+=("$1")
      ;;
  esac
  shift
done
if ((${#targets[@]} == 0)); then targets=("${all[@]}"); fi

# The committed seeds of a target, and the fixtures that serve as such.
seeds_of() {
  printf 'tests/fuzz/seeds/%s\n' "${1%_fuzz}"
  if [[ $1 == configuration_fuzz ]]; then printf 'tests/exporter/config/testdata\n'; fi
}

# build DIRECTORY [CMAKE OPTION]...
build() {
  cmake --preset fuzz -B "$1" "${@:2}" --log-level=WARNING >/dev/null
  cmake --build "$1" --parallel "$jobs" --target "${targets[@]}"
}

# The figures of a log on one line.
summary_of() {
  sed -nE 's/^#[0-9]+\tDONE +(cov: .*corp: [0-9]+).*/\1/p
    s/^stat::(number_of_executed_units|average_exec_per_sec|peak_rss_mb): +/\1: /p' "$1" |
    paste -sd ' '
}

# The memory is bounded by the sanitizer: libFuzzer's own bound first prints a profile of what is
# allocated, which can take longer than the whole run.
run_target() {
  local -r target=$1 log=build/fuzz/$1.log corpus=build/fuzz/corpus/$1
  local -a seeds
  mapfile -t seeds < <(seeds_of "$target")
  mkdir -p "$corpus"
  local -i status=0
  ASAN_OPTIONS=hard_rss_limit_mb=2048 UBSAN_OPTIONS=print_stacktrace=1 \
    timeout --signal=KILL $((seconds + 120)) "build/fuzz/tests/fuzz/$target" \
    -max_total_time="$seconds" -timeout=60 -rss_limit_mb=0 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/$target-" "$corpus" "${seeds[@]}" >"$log" 2>&1 || status=$?
  if ((status == 0)); then
    printf '%s: %s\n' "$target" "$(summary_of "$log")"
  else
    printf '%s: FAILED with status %d, see %s\n' "$target" "$status" "$log"
    grep -vE '^#[0-9]+' "$log" | tail -n 60
  fi
  return "$status"
}

run_targets() {
  local -i running=0
  local failed=no target
  for target in "${targets[@]}"; do
    if ((running == jobs)); then
      wait -n || failed=yes
      running+=-1
    fi
    run_target "$target" &
    running+=1
  done
  while ((running > 0)); do
    wait -n || failed=yes
    running+=-1
  done
  [[ $failed == no ]]
}

# Of the files that the targets are about, in a build of its own.
show_coverage() {
  local -r directory=build/fuzz_coverage
  build "$directory" -DSTAPLING_SANITIZE=fuzzer-no-link \
    -DCMAKE_CXX_FLAGS='-fprofile-instr-generate -fcoverage-mapping'
  local -a seeds objects=() profiles=()
  local target profile
  for target in "${targets[@]}"; do
    mapfile -t seeds < <(seeds_of "$target")
    mkdir -p "build/fuzz/corpus/$target"
    profile=$directory/$target.profraw
    LLVM_PROFILE_FILE=$profile "$directory/tests/fuzz/$target" -runs=0 \
      "build/fuzz/corpus/$target" "${seeds[@]}" 2>"$directory/$target.log"
    profiles+=("$profile")
    objects+=(-object "$directory/tests/fuzz/$target")
  done
  llvm-profdata-14 merge -o "$directory/all.profdata" "${profiles[@]}"
  llvm-cov-14 report "${objects[@]:1}" -instr-profile "$directory/all.profdata" \
    core/ocsp core/crl core/tls/certificate_message.cc core/net/target.cc core/http/url.cc \
    core/http/response_head.cc core/x509/der_reader.cc exporter/config \
    exporter/http/request_head.cc exporter/http/request_target.cc
}

if [[ $packages == yes ]]; then
  groups=(build fuzz)
  if [[ $coverage == yes ]]; then groups+=(coverage); fi
  deploy/packages.sh "${groups[@]}"
fi
if [[ $coverage == yes ]]; then
  show_coverage
else
  build build/fuzz
  run_targets
fi
