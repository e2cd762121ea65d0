#!/usr/bin/env bash
# make bench: Firesteel, Sail, Apache Spark and raw DuckDB, one after the other on this machine and the same Parquet files.
#   bench/run.sh [--engines firesteel,duckdb,sail,spark] [--sf 1] [--repeat 3] [--out build/bench]
set -euo pipefail
cd "$(dirname "$0")/.."
needs=tools/setup/apt-packages-bench.txt
tools/setup/apt.sh "$needs"
tools/setup/fetch.sh client bench
export PYTHONDONTWRITEBYTECODE=1
exec .deps/venv-client/bin/python bench/run.py "$@"
