#!/usr/bin/env bash
# Installs the Debian packages that Kontor needs and that are missing. When none is, this costs milliseconds.
#
#   scripts/dependencies.sh run          what building and running takes
#   scripts/dependencies.sh test         that and what the tests take
#   scripts/dependencies.sh list run     prints the packages, one a line, and installs nothing
#
# KONTOR_NO_INSTALL=1 only looks, and fails when something is missing.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# What each is for: docs/dependencies.md.
run_packages=(
  g++ cmake ninja-build ccache pkg-config git ca-certificates
  libboost1.81-dev libboost-json1.81-dev libfmt-dev libcli11-dev libtomlplusplus-dev libsimdjson-dev
  libarchive-dev libzstd-dev zlib1g-dev libcurl4-openssl-dev libsqlite3-dev libbenchmark-dev libssl-dev libsodium-dev
  libhowardhinnant-date-dev tzdata libncurses-dev
)
node_packages=(nodejs npm)
test_packages=(
  libgtest-dev libgmock-dev
  clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev lld-19
  python3 python3-jsonschema shellcheck chromium
)

packages_for() {
  printf '%s\n' "${run_packages[@]}"
  # A Node.js from elsewhere serves as well as Debian's, and the two cannot be installed together.
  if ! { have node && have npm; }; then printf '%s\n' "${node_packages[@]}"; fi
  if [[ $1 == test ]]; then printf '%s\n' "${test_packages[@]}"; fi
}

missing_of() {
  local installed
  # dpkg-query fails where it does not know a package; that package is then simply not in the list.
  installed=$( (dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true) |
    sed -n 's/ installed$//p' | sort -u)
  comm -23 <(printf '%s\n' "$@" | sort -u) <(printf '%s\n' "$installed")
}

# Prints the command that makes a person root, or nothing for root; fails where there is no way.
privilege() {
  if ((EUID == 0)); then return; fi
  have sudo || die "these packages are missing, and there is neither root nor sudo to install them: $*"
  echo sudo
}

install_packages() {
  local as_root log
  as_root=$(privilege "$@")
  log=$(mktemp)
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300
    -o Acquire::Retries=2 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30)
  say "Installing from Debian: $*"
  # An unreachable extra archive is no reason to stop: whether the packages are to be had shows in the next step.
  ${as_root:+"$as_root"} "${apt[@]}" update >"$log" 2>&1 </dev/null || true
  if ! ${as_root:+"$as_root"} "${apt[@]}" install --no-install-recommends "$@" >>"$log" 2>&1 </dev/null; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    die "could not install: $*
Is this machine online, and is it Debian 12 with its usual archives? Once it is, run the same command again."
  fi
  rm -f "$log"
}

main() {
  local set_name=${1:-run}
  if [[ $set_name == list ]]; then
    packages_for "${2:-run}"
    return
  fi
  [[ $set_name == run || $set_name == test ]] || die "expected run, test or list, found: $set_name"

  local wanted missing
  mapfile -t wanted < <(packages_for "$set_name")
  have dpkg-query || die "this is no Debian: install by hand what these Debian packages hold, then build with cmake: ${wanted[*]}"
  mapfile -t missing < <(missing_of "${wanted[@]}")
  ((${#missing[@]})) || return 0
  if [[ ${KONTOR_NO_INSTALL:-} == 1 ]]; then die "missing, and KONTOR_NO_INSTALL=1 forbids to install: ${missing[*]}"; fi
  install_packages "${missing[@]}"
}

main "$@"
