#!/usr/bin/env bash
# make sanitize-suite: the layers that start the server, with a server built with AddressSanitizer and
# UndefinedBehaviorSanitizer. A report of a sanitizer fails the run even when its test passed.
#   tools/sanitize-suite.sh [golden client examples tpch dataframe tpcds …]
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
layers=("$@")
((${#layers[@]})) || layers=(golden examples tpch dataframe tpcds client)
reports=$PWD/build/logs/sanitizers
rm -rf "$reports"
mkdir -p "$reports"
export ASAN_OPTIONS=log_path=$reports/report UBSAN_OPTIONS=log_path=$reports/report
FIRESTEEL_PRESET=asan-ubsan FIRESTEEL_BINARY=$PWD/build-asan/firesteel FIRESTEEL_PATIENCE=10 tools/test.sh "${layers[@]}"
status=$?
found=$(find "$reports" -name 'report.*' | wc -l)
echo "$found reports of the sanitizers (in ${reports#"$PWD"/})"
((status == 0 && found == 0))
