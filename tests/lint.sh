#!/usr/bin/env bash
# Looks for mistakes without running anything: clang-format, shellcheck, cppcheck, clang-tidy with
# the static analyser. Every finding is an error.
set -euo pipefail

usage() {
  cat <<'END'
Usage: tests/lint.sh [--fast] [--no-packages]

  --fast          leave out clang-tidy, which takes minutes
  --no-packages   do not look for, or install, Debian packages
  --help          this text
END
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."

fast=no
packages=yes
for option in "$@"; do
  case $option in
    --help) usage && exit ;;
    --fast) fast=yes ;;
    --no-packages) packages=no ;;
    *)
      printf 'lint.sh: there is no option "%s"; --help lists them\n' "$option" >&2
      exit 2
      ;;
  esac
done

if [[ $packages == yes ]]; then deploy/packages.sh build test lint; fi

readonly parts=(core exporter deploy tests)
failed=()

step() {
  printf '==> %s\n' "$1"
  "${@:2}" || failed+=("$1")
}

check_format() {
  find "${parts[@]}" -name '*.h' -print0 -o -name '*.cc' -print0 |
    xargs -0 clang-format-14 --dry-run -Werror
}

check_scripts() {
  grep --recursive --files-with-matches --null '^#!.*sh$' .ci "${parts[@]}" | xargs -0 shellcheck
}

# Without the headers of the system: what is wrong with a call of theirs, clang-tidy sees.
check_flow() {
  cppcheck --quiet --std=c++20 -I . --enable=warning,portability --error-exitcode=1 \
    --inline-suppr -j "$(nproc)" core exporter deploy
}

# Nothing is built: it wants the commands, and each file with what it includes itself. What it looks
# for in a test, the compiler and the sanitizers find: they run every line of it.
sources() {
  # Several files of a library at a time, as STAPLING_PRECOMPILE unites them: most of the time goes
  # into the headers that they share.
  cmake --preset dev -B build/lint -DSTAPLING_PRECOMPILE=ON \
    -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON --log-level=WARNING >/dev/null || return
  sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' build/lint/compile_commands.json |
    grep -E "^$PWD/(build/lint/)?(core|exporter|deploy)/"
}

# Findings go to standard output; what clang-tidy says beside them counts what it suppressed.
# Headers, and files that are united, are seen through what includes them.
tidy() {
  xargs -P "$(nproc)" -n 1 clang-tidy-14 --quiet -p build/lint 2> >(
    grep -vE '^[0-9]+ warnings?( and [0-9]+ errors?)? (generated|treated as errors?)' >&2
  )
}

check_sources() {
  local -r list=$(sources)
  [[ -n $list ]] && tidy <<<"$list"
}

step clang-format check_format
step shellcheck check_scripts
step cppcheck check_flow
if [[ $fast == no ]]; then step clang-tidy check_sources; fi

if ((${#failed[@]} > 0)); then
  printf 'Lint failed: %s\n' "${failed[*]}"
  exit 1
fi
printf 'Lint found nothing.\n'
