#!/usr/bin/env bash
# Builds targets (default: all). Prints only what failed, then one line.
#   tools/build.sh [target...]                 e.g. tools/build.sh firesteel_sql sql_test
#   FIRESTEEL_PRESET=asan-ubsan tools/build.sh (release, asan-ubsan, tsan, fuzz)
# Runs set-up and configuration when needed. One build at a time a machine (2 cores): others wait for the lock.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
preset=${FIRESTEEL_PRESET:-release}
case $preset in
  release) dir=build ;;
  asan-ubsan) dir=build-asan ;;
  tsan) dir=build-tsan ;;
  fuzz) dir=build-fuzz ;;
  *) echo "build: unknown preset $preset" >&2; exit 1 ;;
esac
cache=${FIRESTEEL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/firesteel}
export CCACHE_DIR=${CCACHE_DIR:-$cache/ccache} CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-5G}
jobs=${FIRESTEEL_JOBS:-$(nproc)}
began=$SECONDS

mkdir -p build/logs "$dir" "$cache"
exec 8>"$cache/build.lock"
flock 8

# Set-up runs once for each state of its own files.
key=$(find tools/setup -type f ! -name '*.pyc' -print0 | sort -z | xargs -0 sha256sum | sha256sum)
if [[ $(cat .deps/.stamp 2>/dev/null) != "$key" || ! -e .deps/venv-client/bin/python ]]; then
  tools/setup/setup.sh 8>&- || { echo "build: set-up failed"; exit 1; }
  echo "$key" >.deps/.stamp
fi

if [[ ! -e $dir/build.ninja ]]; then
  if ! cmake --preset "$preset" >build/logs/configure.log 2>&1 8>&-; then
    grep -vE '^-- ' build/logs/configure.log | head -60
    echo "build: configuration failed (build/logs/configure.log)"
    exit 1
  fi
fi

log=build/logs/ninja-$preset.log
ninja -C "$dir" -k 0 -j "$jobs" "$@" >"$log" 2>&1 8>&-
status=$?
if ((status)); then
  # From each FAILED line (its long command line apart) to the next progress line.
  awk '/^\[[0-9]+\/[0-9]+\]/ {show = 0} /^FAILED: / {show = 1; print; skip = 1; next} skip {skip = 0; next} show || /^ninja: error|CMake Error|^  / {print}' "$log" |
    grep -vE 'In file included from|^ +from ' | head -60
fi
made=$(grep -cE '^\[[0-9]+/[0-9]+\]' "$log")
failed=$(grep -c '^FAILED: ' "$log")
if ((status)); then
  echo "build: FAILED: $failed of $made steps in $((SECONDS - began)) s (${*:-all}; whole log: $log)"
else
  echo "build: ok: $made steps in $((SECONDS - began)) s (${*:-all})"
fi
exit "$status"
