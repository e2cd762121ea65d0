#!/usr/bin/env bash
# make bench-client: the C++ client beside PySpark and the Go client. Options: see bench/client/run.py --help.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools/setup/fetch.sh client
tools/build.sh firesteel client_bench >/dev/null
PYTHONDONTWRITEBYTECODE=1 exec .deps/venv-client/bin/python bench/client/run.py "$@"
