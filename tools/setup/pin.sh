#!/usr/bin/env bash
# Rewrites requirements/NAME.txt from requirements/NAME.in, with versions and hashes. Needs the network; run by hand.
# usage: tools/setup/pin.sh NAME...        (build, client, client-3.5 … client-4.2, go, tpcds, bench)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
(($#)) || { sed -n 's/^# usage/usage/p' "$0"; exit 1; }
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools/venv"
"$tools/venv/bin/pip" install -q pip-tools
cd "$here/requirements"
for name in "$@"; do
  "$tools/venv/bin/pip-compile" -q --generate-hashes --allow-unsafe --strip-extras --no-header \
    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-annotate -o "$tools/$name.txt" "$name.in"
  { echo "# Written by tools/setup/pin.sh from $name.in."; cat "$tools/$name.txt"; } >"$name.txt"
done
