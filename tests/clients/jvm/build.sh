#!/usr/bin/env bash
# Compiles Script.java, ConfigOrder.java and Script.scala into .deps/clients/jvm. Exits with 3 when there is no JDK or no Maven.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
out=$root/.deps/clients/jvm
for command in javac mvn; do
  command -v "$command" >/dev/null || { echo "$command is not installed" >&2; exit 3; }
done
"$root/tools/setup/fetch.sh" jvm-client
cd "$here"

key=$(cat build.sh pom.xml ./*.java Script.scala | sha256sum)
[[ $(cat "$out/.key" 2>/dev/null) == "$key" ]] && exit 0
rm -rf "$out"
mkdir -p "$out"
jars="$root/.deps/jvm-client/*"
javac -cp "$jars" -d "$out" ./*.java
java -cp "$jars" scala.tools.nsc.Main -usejavacp -d "$out" Script.scala
echo "$key" >"$out/.key"
