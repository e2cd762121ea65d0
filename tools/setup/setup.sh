#!/usr/bin/env bash
# Everything that a build needs, from nothing: Debian packages, then the cache. Does nothing in a moment when all is there.
# usage: tools/setup/setup.sh [item...]     (items of fetch.sh; default: what building and testing needs)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/apt.sh"
"$here/fetch.sh" "$@"
