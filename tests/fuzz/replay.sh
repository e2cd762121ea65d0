#!/usr/bin/env bash
# Replays the corpora (what fuzzers found worth keeping, every past finding) through the targets of the build in FOLDER
# (default build), without libFuzzer. Prints what failed, then `N passed, N failed`: one check a file.
#   tests/fuzz/replay.sh [FOLDER]      the layer `fuzz` of tools/test.sh; build-asan: what `make sanitize` runs
# One file alone: build/tests/fuzz_sql FILE
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=${1:-build}
logs=build/logs/fuzz-$(basename "$build")
mkdir -p "$logs"
passed=0 failed=0
# As in tools/unit-tests.sh: GCC 12's sanitizers cannot live with the widest address randomisation of newer kernels.
run=()
if [[ $build != build ]] && setarch -R true 2>/dev/null; then run=(setarch -R); fi
for target in sql plan arrow artifact_name gateway_message; do
  log=$logs/$target.log
  timeout 60 "${run[@]}" "$build/tests/fuzz_$target" "tests/fuzz/corpus/$target" >"$log" 2>&1
  status=$?
  read -r p f < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log" | tail -1)
  p=${p:-0} f=${f:-0}
  if ((p + f == 0 || (status != 0 && f == 0))); then
    f=1
    echo "fuzz: the target $target ended with status $status ($log); its last file stands above the report:"
    tail -n 40 "$log"
  elif ((f)); then
    grep -aE '^tests/fuzz/corpus/.*: ' "$log"
  fi
  passed=$((passed + p)) failed=$((failed + f))
done
echo "$passed passed, $failed failed"
((passed > 0 && failed == 0))
