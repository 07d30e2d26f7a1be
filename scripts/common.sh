# shellcheck shell=bash
# What the project's shell scripts share. Sourced, never run.

# Says one thing to the person at the terminal, apart from what the tools print.
say() { printf '%s\n' "$*" >&2; }

# Stops with a reason.
die() {
  say "error: $*"
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Compilers to run at once: one for each core, but no more than memory holds at 1.5 GB each.
compile_jobs() {
  local cores memory_kb by_memory
  cores=$(nproc 2>/dev/null || echo 1)
  memory_kb=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null || true)
  by_memory=$((${memory_kb:-1572864} / 1572864))
  ((by_memory >= 1)) || by_memory=1
  echo $((cores < by_memory ? cores : by_memory))
}
