#!/usr/bin/env bash
# Formats every C++ file of the tree with clang-format 19; with --check only names those that need it.
#
#   scripts/format.sh [--check] [PATH…]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/common.sh
source scripts/common.sh

tool=clang-format-19
have "$tool" || die "$tool is missing: scripts/dependencies.sh test"

check=false
if [[ ${1:-} == --check ]]; then
  check=true
  shift
fi
roots=("$@")
((${#roots[@]})) || roots=(src apps tests cmake)
mapfile -d '' -t files < <(find "${roots[@]}" -name '*.[ch]pp' -print0 | sort -z)
((${#files[@]})) || die "no C++ files below: ${roots[*]}"

if ! $check; then
  "$tool" -i "${files[@]}"
  exit
fi
unformatted=$("$tool" --dry-run "${files[@]}" 2>&1 | sed -nE 's/^([^ :]+):[0-9]+:[0-9]+: .*clang-format.*/\1/p' | sort -u)
if [[ -n $unformatted ]]; then
  printf '%s\n' "$unformatted"
  die "these files are not formatted: run scripts/format.sh"
fi
