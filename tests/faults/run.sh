#!/usr/bin/env bash
# make faults: broken clients, connections and servers. Options: see run.py.
set -euo pipefail
cd "$(dirname "$0")/../.."
PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore exec .deps/venv-client/bin/python tests/faults/run.py "$@"
