#!/usr/bin/env bash
# Looks at a built program, without running it, for what makes mistakes in it harder to use: an
# address of its own choice, tables that cannot be written, no stack that can be executed, canaries,
# landing pads, checked calls of the C library. Fails for each that is missing.
set -euo pipefail

usage() {
  cat <<'END_OF_USAGE'
Usage: tests/hardening.sh [--debug] [--stripped] PROGRAM

  --debug      of a build without optimisation, which has no checked calls (_FORTIFY_SOURCE)
  --stripped   as it is in a package: there must be no symbol table
  --help       this text
END_OF_USAGE
}

fortified=yes
stripped=no
program=
for argument in "$@"; do
  case $argument in
    --help) usage && exit ;;
    --debug) fortified=no ;;
    --stripped) stripped=yes ;;
    -*)
      printf 'hardening.sh: there is no option "%s"; --help lists them\n' "$argument" >&2
      exit 2
      ;;
    *) program=$argument ;;
  esac
done
[[ -f $program ]] || { printf 'hardening.sh: name a program; --help tells more\n' >&2 && exit 2; }

header=$(LC_ALL=C readelf --wide --file-header "$program")
segments=$(LC_ALL=C readelf --wide --program-headers "$program")
sections=$(LC_ALL=C readelf --wide --section-headers "$program")
dynamic=$(LC_ALL=C readelf --wide --dynamic "$program")
symbols=$(LC_ALL=C readelf --wide --dyn-syms "$program")

checked=0
missing=()
# `expect TEXT yes|no PATTERN WHERE`: whether a line of WHERE matches.
expect() {
  local found=no
  ((++checked))
  grep -qE -- "$3" <<<"$4" && found=yes
  [[ $found == "$2" ]] || missing+=("$1")
}

expect 'loaded at any address (PIE)' yes 'Type: +DYN' "$header"
expect 'relocations read-only after start (RELRO)' yes 'GNU_RELRO' "$segments"
expect 'all symbols bound at start (BIND_NOW)' yes '\((FLAGS|FLAGS_1)\).*\b(BIND_NOW|NOW)\b' "$dynamic"
expect 'a stack that says how it is' yes 'GNU_STACK' "$segments"
expect 'no stack that can be executed' no 'GNU_STACK.* R?W?E ' "$segments"
expect 'no segment both written and executed' no 'LOAD.* RWE ' "$segments"
expect 'no relocation of code' no 'TEXTREL' "$dynamic"
expect 'no library path of its own' no '\((RPATH|RUNPATH)\)' "$dynamic"
expect 'stack canaries' yes '__stack_chk_fail' "$symbols"
# Without its first instruction no function can be jumped to where the system enforces it. Whether it
# may, a note of the program says; the start files that Debian 12 links into every program have no
# such note, so no program has, but its own functions are ready.
if grep -qE 'Machine: .*X86-64' <<<"$header"; then
  pads=$(objcopy --output-target=binary --only-section=.text "$program" /dev/stdout |
    LC_ALL=C grep --only-matching --text --perl-regexp '\xf3\x0f\x1e\xfa' | wc -l)
  expect "landing pads where functions begin (IBT), not $pads" yes '^[0-9]{4,}$' "$pads"
fi
if [[ $fortified == yes ]]; then expect 'checked calls' yes '__[a-z]+_chk@' "$symbols"; fi
if [[ $stripped == yes ]]; then expect 'no symbol table' no ' \.symtab ' "$sections"; fi

if ((${#missing[@]} > 0)); then
  printf '%s lacks:\n' "$program"
  printf '  %s\n' "${missing[@]}"
  exit 1
fi
printf '%s has all %d that it should.\n' "$program" "$checked"
