#!/usr/bin/env bash
# make clients: the matrix of clients (matrix.py takes the same options) against build/firesteel, or $FIRESTEEL_BINARY.
set -euo pipefail
cd "$(dirname "$0")/../.."
# What cannot be installed is missed by the client that needs it: that one is skipped, and says so.
tools/setup/apt.sh tools/setup/apt-packages-clients.txt || true
tools/setup/fetch.sh client
exec .deps/venv-client/bin/python tests/clients/matrix.py "$@"
