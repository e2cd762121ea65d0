#!/usr/bin/env bash
# make bench: measures Firesteel, Sail, Apache Spark and DuckDB in one run on one data set. Options: see bench/run.py --help.
set -euo pipefail
cd "$(dirname "$0")/.."
PYTHONDONTWRITEBYTECODE=1 exec .deps/venv-bench/bin/python bench/run.py "$@"
