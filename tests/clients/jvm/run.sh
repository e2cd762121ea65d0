#!/usr/bin/env bash
# usage: run.sh CLASS REMOTE FOLDER
set -euo pipefail
deps=$(cd "$(dirname "$0")/../../../.deps" && pwd)
# Arrow and Spark's dates reach into Java's own classes.
exec java --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/sun.util.calendar=ALL-UNNAMED \
  -cp "$deps/clients/jvm:$deps/jvm-client/*" "$@"
