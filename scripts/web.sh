#!/usr/bin/env bash
# Builds the page of the backtest report (report/) into build/web/report.html, which the program carries inside.
# Installs the page's npm packages as locked. When nothing has changed, this costs milliseconds.
#
#   scripts/web.sh           the page
#   scripts/web.sh check     types, lint and unit tests of the page (installs the tools for that, too)
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
output="$root/build/web"

# One hash over the contents of the files that it is given.
hash_of() { sha256sum -- "$@" | sed "s|$root/||" | sha256sum | cut -d ' ' -f 1; }

# Runs npm quietly; shows what it said only when it failed.
npm_quietly() {
  local log
  log=$(mktemp)
  if ! npm --prefix "$root/report" --no-fund --no-audit --no-update-notifier "$@" >"$log" 2>&1 </dev/null; then
    tail -n 30 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

# Installs the locked packages unless this very lock file is installed already.
# $1: `production` for what the page is made of, `all` for the tools of its checks besides.
install_packages() {
  local wanted installed mark="$root/report/node_modules/.kontor-installed"
  wanted=$(hash_of "$root/report/package.json" "$root/report/package-lock.json")
  installed=$(cat "$mark" 2>/dev/null || true)
  if [[ $installed == "all $wanted" || $installed == "$1 $wanted" ]]; then return; fi
  have npm || die "npm is missing: run scripts/dependencies.sh run"
  local omit=()
  if [[ $1 == production ]]; then omit=(--omit=dev); fi
  say "Installing the report's npm packages ($1)"
  local try
  for try in 1 2 3; do
    if npm_quietly ci --ignore-scripts "${omit[@]}"; then
      echo "$1 $wanted" >"$mark"
      return
    fi
    if ((try < 3)); then
      say "npm could not install the report's packages; trying again"
      sleep $((try * 3))
    fi
  done
  die "npm could not install the report's packages: is this machine online?"
}

build_page() {
  local sources wanted
  mapfile -t sources < <(find "$root/report/src" -type f | LC_ALL=C sort)
  wanted=$(hash_of "${sources[@]}" "$root"/report/{build.mjs,package.json,package-lock.json})
  if [[ -s $output/report.html && $(cat "$output/report.hash" 2>/dev/null || true) == "$wanted" ]]; then
    # The build goes by time: the page must not look older than what it was made from.
    touch "$output/report.html"
    return
  fi
  install_packages production
  node "$root/report/build.mjs" "$output/report.html"
  echo "$wanted" >"$output/report.hash"
}

main() {
  mkdir -p "$output"
  # Builds of several presets may come here at once.
  exec 9>"$output/.lock"
  flock 9
  case ${1:-build} in
    build) build_page ;;
    check)
      install_packages all
      npm --prefix "$root/report" run --silent check
      ;;
    *) die "expected build or check, found: $1" ;;
  esac
}

main "$@"
