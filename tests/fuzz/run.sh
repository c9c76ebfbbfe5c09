#!/usr/bin/env bash
# Builds the fuzz targets and runs each for a while. Fails on the first broken invariant, leak or
# sanitizer report; libFuzzer then writes the input that did it beside the target.
set -euo pipefail

usage() {
  cat <<'END'
Usage: tests/fuzz/run.sh [--seconds N] [--no-packages] [TARGET]...

  --seconds N     how long each target runs (default 20)
  --no-packages   do not look for, or install, Debian packages
  TARGET          such as judge_fuzz; default: all
END
}

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=20
packages=yes
targets=()
while (($# > 0)); do
  case $1 in
    --help) usage && exit ;;
    --seconds) seconds=$2 && shift ;;
    --no-packages) packages=no ;;
    *) targets+=("$1") ;;
  esac
  shift
done
if ((${#targets[@]} == 0)); then
  targets=(certificate_message_fuzz configuration_fuzz judge_fuzz proxy_fuzz
    request_head_fuzz target_fuzz)
fi

if [[ $packages == yes ]]; then deploy/packages.sh build fuzz; fi
options=()
if command -v ccache >/dev/null; then options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
cmake --preset fuzz "${options[@]}" --log-level=WARNING >/dev/null
cmake --build build/fuzz --parallel "$(nproc)" --target "${targets[@]}"

for target in "${targets[@]}"; do
  corpus=build/fuzz/corpus/$target
  mkdir -p "$corpus"
  seeds=tests/fuzz/seeds/${target%_fuzz}
  printf '==> %s for %s s\n' "$target" "$seconds"
  "build/fuzz/tests/fuzz/$target" -max_total_time="$seconds" -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="build/fuzz/$target-" "$corpus" "$seeds" 2>&1 |
    grep -E '^stat::(number_of_executed_units|peak_rss_mb)|ERROR|broken|SUMMARY' || true
  [[ ${PIPESTATUS[0]} -eq 0 ]] || exit 1
  printf 'corpus: %s inputs\n' "$(find "$corpus" -type f | wc -l)"
done
