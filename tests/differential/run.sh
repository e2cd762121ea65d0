#!/usr/bin/env bash
# Random calls of the built-in functions against Apache Spark: see run.py, which gets the arguments. Starts the oracle.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools/setup/fetch.sh client
tools/oracle/start
tools/build.sh firesteel
export PYTHONDONTWRITEBYTECODE=1
exec .deps/venv-client/bin/python tests/differential/run.py "$@"
