#!/usr/bin/env bash
# Sets up, builds, and runs every layer of tests. Ends with the one line `N passed, N failed`; the exit code is 0 only when
# nothing failed and every layer ran something. Long logs are in build/logs/.
#   tools/test.sh [layer...]     borders format unit fuzz client gateway cpp_client shell udf golden examples doctests tpch
#                                dataframe tpcds clients (default: all)
#   FIRESTEEL_PATIENCE=10        every layer gets so many times its time: for a server with sanitizers
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
began=$SECONDS
layers=("$@")
((${#layers[@]})) || layers=(borders format unit fuzz client gateway cpp_client shell udf golden examples doctests tpch dataframe tpcds clients)
python=.deps/venv-client/bin/python
passed=0 failed=0
mkdir -p build/logs
export PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=${PYTHONWARNINGS:-ignore}

finish() {
  echo "$passed passed, $failed failed"
  ((failed == 0 && passed > 0))
  exit
}

# layer NAME SECONDS COMMAND...: COMMAND ends with a line `N passed, N failed`; its other lines are shown when it failed.
layer() {
  local name=$1 limit=$(($2 * ${FIRESTEEL_PATIENCE:-1})) log=build/logs/$1.log start=$SECONDS p f line
  shift 2
  timeout "$limit" "$@" >"$log" 2>&1
  local status=$?
  line=$(grep -oE '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -1)
  p=${line%% *} f=${line#*, } f=${f%% *}
  p=${p:-0} f=${f:-0}
  if ((status == 124)); then echo "$name: stopped after $limit s"; f=$((f + 1)); fi
  if ((status != 0 && f == 0)); then f=1; fi
  if ((p + f == 0)); then f=1; echo "$name: ran nothing, which is a failure"; fi
  if ((f)); then grep -vE '^passed |^[0-9]+ passed, ' "$log" | cut -c1-240 | head -60; fi
  if ((f)); then echo "$name: $p passed, $f FAILED in $((SECONDS - start)) s ($log)"; else echo "$name: $p passed in $((SECONDS - start)) s"; fi
  passed=$((passed + p)) failed=$((failed + f))
}

# pytest's own summary, as the other layers say it.
run_pytest() {
  local report=build/logs/pytest.xml
  rm -f "$report"
  "$python" -m pytest -q -p no:cacheprovider --tb=short --junitxml="$report" "$@"
  local status=$?
  "$python" - "$report" <<'P'
import sys, xml.etree.ElementTree as tree
try:
    suites = tree.parse(sys.argv[1]).getroot().iter("testsuite")
except FileNotFoundError:
    suites = []
total = bad = skipped = 0
for suite in suites:
    total += int(suite.get("tests"))
    bad += int(suite.get("failures")) + int(suite.get("errors"))
    skipped += int(suite.get("skipped"))
print(f"{total - bad - skipped} passed, {bad} failed")
P
  return "$status"
}
export -f run_pytest
export python

if ! tools/build.sh; then
  failed=1
  finish
fi

for name in "${layers[@]}"; do
  case $name in
    borders) layer borders 60 "$python" tests/borders/check.py ;;
    format)
      if command -v clang-format-14 >/dev/null; then
        layer format 120 tools/format-check.sh
      else
        echo "format: skipped, this Debian has no clang-format-14 (other versions format differently)"
      fi
      ;;
    unit) layer unit 900 tools/unit-tests.sh build ;;
    fuzz) layer fuzz 120 tests/fuzz/replay.sh build ;;
    client) layer client 900 bash -c 'run_pytest tests/client' ;;
    gateway) layer gateway 900 bash -c 'run_pytest tests/gateway' ;;
    cpp_client)
      # Built as users build: not with everything, because it needs whole libraries and programs.
      if tools/build.sh client_suite; then
        layer cpp_client 600 bash -c 'run_pytest tests/cpp_client'
      else
        failed=$((failed + 1))
      fi
      ;;
    shell) layer shell 300 bash -c 'run_pytest tests/shell' ;;
    udf) layer udf 1800 "$python" tests/udf/run.py ;;
    golden) layer golden 900 "$python" tests/golden/run.py ;;
    examples) layer examples 120 "$python" tests/examples/run.py ;;
    doctests) layer doctests 600 "$python" tests/doctests/run.py ;;
    tpch) layer tpch 600 "$python" tests/tpch/run.py ;;
    dataframe) layer dataframe 600 "$python" tests/tpch/run.py --suite tpch_dataframe ;;
    tpcds)
      tools/setup/fetch.sh tpcds
      layer tpcds 900 "$python" tests/tpch/run.py --suite tpcds
      ;;
    clients)
      tools/setup/fetch.sh client-3.5 client-4.1
      layer clients 900 "$python" tests/clients/run.py
      ;;
    *) echo "unknown layer $name"; failed=$((failed + 1)) ;;
  esac
done
echo "tests took $((SECONDS - began)) s"
finish
