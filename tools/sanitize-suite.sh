#!/usr/bin/env bash
# make sanitize-suite: the layers that start the server, with a server built with AddressSanitizer and
# UndefinedBehaviorSanitizer. A report of a sanitizer fails the run even when its test passed.
#   tools/sanitize-suite.sh [golden client examples tpch dataframe tpcds …]
set -uo pipefail
cd "$(dirname "$0")/.."
python=.deps/venv-client/bin/python
layers=("$@")
[ ${#layers[@]} -gt 0 ] || layers=(golden examples tpch dataframe tpcds client)
reports=$PWD/build/logs/sanitizers
rm -rf "$reports"
mkdir -p "$reports"
export FIRESTEEL_BINARY=$PWD/build-asan/firesteel
export ASAN_OPTIONS=log_path=$reports/report UBSAN_OPTIONS=log_path=$reports/report
export PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore
failed=0
for name in "${layers[@]}"; do
  case $name in
    client) command=("$python" -m pytest -q -p no:cacheprovider --tb=short tests/client) ;;
    golden) command=("$python" tests/golden/run.py) ;;
    examples) command=("$python" tests/examples/run.py) ;;
    tpch) command=("$python" tests/tpch/run.py) ;;
    dataframe) command=("$python" tests/tpch/run.py --suite tpch_dataframe) ;;
    tpcds) command=("$python" tests/tpch/run.py --suite tpcds) ;;
    *) echo "unknown layer $name"; exit 2 ;;
  esac
  "${command[@]}" >"$reports/$name.log" 2>&1 || failed=$((failed + 1))
  echo "$name: $(grep -E "[0-9]+ (passed|failed)" "$reports/$name.log" | tail -n 1)"
done
found=$(find "$reports" -name 'report.*' | wc -l)
echo "$found reports of the sanitizers (in ${reports#"$PWD"/})"
[ "$failed" -eq 0 ] && [ "$found" -eq 0 ]
