#!/usr/bin/env bash
# make demo: from nothing to the answers of an unmodified PySpark program. Builds, makes the TPC-H data (SF1, once), starts
# build/firesteel, runs tools/demo/tpch.py against it, compares every answer with the one recorded from Apache Spark.
set -euo pipefail
cd "$(dirname "$0")/../.."
began=$SECONDS
tools/build.sh firesteel
built=$((SECONDS - began))
status=0
PYTHONDONTWRITEBYTECODE=1 .deps/venv-client/bin/python tools/demo/run.py "$@" || status=$?
echo "demo: build $built s, everything $((SECONDS - began)) s"
exit "$status"
