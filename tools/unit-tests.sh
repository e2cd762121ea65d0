#!/usr/bin/env bash
# Runs the gtest programs that the build in FOLDER (default build) lists. Prints failures, then `N passed, N failed`.
# Whole logs are in build/logs/unit/. A program that crashes or times out counts as one failure.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
build=${1:-build}
logs=build/logs/unit-$(basename "$build")
mkdir -p "$logs"
passed=0 failed=0
# Deep texts get the stack of a plan thread, as in the server: sanitizers make frames large.
ulimit -s 65536 2>/dev/null || true
# GCC 12's sanitizers cannot place their shadow memory under the widest address randomisation of newer kernels.
run=()
if [[ $build != build ]] && setarch -R true 2>/dev/null; then run=(setarch -R); fi
while read -r name; do
  [[ -z $name ]] && continue
  log=$logs/$name.log
  if [[ ! -x $build/tests/$name ]]; then
    echo "unit: $name was not built"
    failed=$((failed + 1))
    continue
  fi
  timeout 300 "${run[@]}" "$build/tests/$name" --gtest_color=no >"$log" 2>&1
  status=$?
  p=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log" | tail -1)
  f=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test.*/\1/p' "$log" | tail -1)
  p=${p:-0} f=${f:-0}
  if ((status != 0 && f == 0)); then
    f=1
    echo "unit: $name ended with status $status ($log)"
    tail -25 "$log"
  elif ((f)); then
    echo "unit: $name: $f failed ($log)"
    grep -E "^\[  FAILED  \] .*\)$" "$log"  # the names first: what tests print themselves may fill the rest
    grep -vE "^\[ +(RUN|OK|PASSED) |^\[[-=]+\]|^Running main|^ *$" "$log" | head -40
  fi
  passed=$((passed + p)) failed=$((failed + f))
done < <(sort "$build/unit-tests.txt")
echo "$passed passed, $failed failed"
((passed > 0 && failed == 0))
