#!/usr/bin/env bash
# make clients: the client programs from every PySpark version against build/firesteel.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools/setup/fetch.sh client client-3.5 client-4.1
exec .deps/venv-client/bin/python tests/clients/run.py "$@"
