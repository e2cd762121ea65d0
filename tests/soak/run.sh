#!/usr/bin/env bash
# make soak: hours of mixed load. Concurrent PySpark clients on one build/firesteel (or $FIRESTEEL_BINARY) with little memory;
# every answer is checked against arithmetic in Python, the process is sampled meanwhile and looked at when all is over.
#   FIRESTEEL_SOAK_SECONDS (3600)   FIRESTEEL_SOAK_CLIENTS (12)   FIRESTEEL_SOAK_MEMORY (2GB)
#   FIRESTEEL_SOAK_SEED (printed)   FIRESTEEL_SOAK_DEADLINE (120 s an operation)   FIRESTEEL_SOAK_REST (20 s before the last look,
#   which comes at least five minutes after the last client vanished: so long its operation may be reattached to)
# A line a minute, a table, the last line `N passed, N failed`; the first 20 findings in build/soak/findings.txt, each with what
# repeats its operation:  python tests/soak/client.py --remote sc://… --folder DIR --seed S --client N --life L --from K --count 1
#   tests/soak/run.sh active: 200 sessions for ten minutes instead (active_sessions.py)
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${FIRESTEEL_SOAK_PYTHON:-.deps/venv-client/bin/python}
PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore exec "$python" "tests/soak/$([[ ${1:-} == active ]] && echo active_sessions || echo soak).py"
