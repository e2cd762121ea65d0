#!/usr/bin/env bash
# Fetches what Debian does not have into the machine's cache folder and links it into .deps/ of this checkout.
#
#   tools/setup/fetch.sh [duckdb] [nanoarrow] [datasketches] [client] [tpcds] [bench]      (default: the first four)
#   tools/setup/fetch.sh [client-3.5] [client-4.0] [client-4.1] [client-4.2] [go] [jvm-client]    (other clients, for the tests)
#
# Every item is pinned, checked by hash, and kept under a name that holds its version; it appears by one rename, so an
# interrupted fetch is simply repeated. Several checkouts may fetch at once. The cache is $FIRESTEEL_CACHE, else
# $XDG_CACHE_HOME/firesteel, else ~/.cache/firesteel.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${FIRESTEEL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/firesteel}
python=${PYTHON:-python3}
mkdir -p "$cache" "$root/.deps"

duckdb_npm='@duckdb/node-bindings-linux-x64@1.5.5-r.5'
duckdb_npm_sha512=902caae815e19fa4177f017cc957552ab8924873feadf556709e7a706f2a67394e669c72bd3e561a6ea332c871838762b4b94eb07b0837f0f8ed162b7235ee1d

say() { echo "setup: $*" >&2; }

# provide LINK NAME MAKER [ARG]: calls MAKER [ARG] FOLDER to fill FOLDER = cache/store/NAME unless that is done already, then links
# .deps/LINK to it. A virtual environment holds its own path, so things are made in place; cache/NAME is a link to the
# folder that appears last and says "complete".
provide() {
  local link=$1 entry=$cache/$2 folder=$cache/store/$2 maker=("${@:3}")
  if [[ ! -e $entry ]]; then
    (
      mkdir -p "$cache/store"
      exec 9>"$folder.lock"
      flock 9
      [[ -e $entry ]] && exit 0
      began=$SECONDS
      say "fetching $2"
      rm -rf "$folder"
      mkdir "$folder"
      # No `if` and no `||` around this: errexit would not reach into it, and a wrong hash would not stop it.
      set +e
      (set -e; "${maker[@]}" "$folder") >"$folder.log" 2>&1 9>&-
      status=$?
      set -e
      if ((status)); then
        say "fetching $2 failed:"
        tail -25 "$folder.log" >&2
        exit 1
      fi
      ln -sfnT "store/$2" "$entry.new"
      mv -T "$entry.new" "$entry"
      rm -f "$folder.log"
      say "fetched $2 in $((SECONDS - began)) s"
    )
  fi
  [[ $(readlink "$root/.deps/$link" 2>/dev/null) == "$entry" ]] || ln -sfnT "$entry" "$root/.deps/$link"
}

# download_source NAME DIR: the source distribution NAME, checked against the hash in requirements/sources.txt.
# Debian's Python has no pip of its own: the client environment's is used.
download_source() {
  local python=$root/.deps/venv-client/bin/python
  grep -E "^$1==" "$here/requirements/sources.txt" >"$2/$1.requirement"
  PYTHONPATH=$here/metadata_only PYTHONDONTWRITEBYTECODE=1 "$python" -m pip download -q --require-hashes --no-deps \
    --no-binary :all: --no-build-isolation -d "$2" -r "$2/$1.requirement"
  rm "$2/$1.requirement"
}

make_duckdb() {
  cd "$1"
  npm pack --silent "$duckdb_npm" >/dev/null
  local package=(*.tgz)
  echo "$duckdb_npm_sha512  ${package[0]}" | sha512sum --check --quiet || { echo "wrong hash: ${package[0]}"; return 1; }
  mkdir lib include
  tar -xzf "${package[0]}" --strip-components=1 -C lib package/libduckdb.so package/LICENSE
  download_source duckdb "$1"
  local source=(duckdb-*.tar.gz)
  tar -xzf "${source[0]}" --strip-components=5 -C include --wildcards '*/external/duckdb/src/include/*'
  rm "${package[0]}" "${source[0]}"
}

make_nanoarrow() {
  cd "$1"
  download_source nanoarrow "$1"
  local source=(nanoarrow-*.tar.gz)
  tar -xzf "${source[0]}" --strip-components=4 --wildcards '*/subprojects/arrow-nanoarrow/src/nanoarrow/*'
  mkdir flatcc
  tar -xzf "${source[0]}" --strip-components=3 -C flatcc --wildcards '*/subprojects/flatcc-*/include/*' '*/subprojects/flatcc-*/src/runtime/*'
  rm "${source[0]}"
}

# The C++ headers (Apache License 2.0): the last source distribution that carries them. Later ones fetch them while they
# are built.
make_datasketches() {
  cd "$1"
  download_source datasketches "$1"
  local source=(datasketches-*.tar.gz) part
  mkdir -p include/datasketches
  for part in common hll theta tuple kll fi; do
    tar -xzf "${source[0]}" --strip-components=3 -C include/datasketches --wildcards "*/$part/include/*"
  done
  tar -xzf "${source[0]}" --strip-components=1 --wildcards '*/LICENSE' '*/NOTICE'
  rm "${source[0]}"
}

# The JARs of pom.xml as Maven resolves them; they must be those of jars.sha256, no more and no fewer.
jvm_client=$root/tests/clients/jvm
make_jvm_client() {
  cd "$1"
  mvn -q -B -f "$jvm_client/pom.xml" -Dmaven.repo.local="$1/repository" -DoutputDirectory="$1" \
    org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies
  rm -rf repository
  find . -name '*.jar' -printf '%f\n' | LC_ALL=C sort | xargs sha256sum | diff "$jvm_client/jars.sha256" - || { echo "wrong JARs"; return 1; }
}

# make_venv REQUIREMENTS DIR
make_venv() {
  "$python" -m venv "$2"
  "$2/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$here/requirements/build.txt"
  "$2/bin/python" -m pip install -q --disable-pip-version-check --require-hashes --no-build-isolation -r "$here/requirements/$1.txt"
  # The older clients need no JVM part (most of a gigabyte).
  if [[ $1 == client-* ]]; then rm -rf "$2"/lib/python*/site-packages/pyspark/{jars,examples,licenses,data}; fi
}

# The name of a virtual environment says what is in it and which Python made it.
venv_entry() {
  local key
  key=$({ cat "$here/requirements/build.txt" "$here/requirements/$1.txt"; "$python" -c 'import sys; print(sys.version, sys.base_prefix)'; } | sha256sum | cut -c1-12)
  echo "venv-$1-$key"
}

items=("$@")
((${#items[@]})) || items=(client duckdb nanoarrow datasketches)
provide_venv() { provide "venv-$1" "$(venv_entry "$1")" make_venv "$1"; }
for item in "${items[@]}"; do
  case $item in
    duckdb)
      provide_venv client
      provide duckdb "duckdb-1.5.5-r.5" make_duckdb
      ;;
    nanoarrow)
      provide_venv client
      provide nanoarrow "nanoarrow-0.9.0" make_nanoarrow
      ;;
    datasketches)
      provide_venv client
      provide datasketches "datasketches-4.1.0" make_datasketches
      ;;
    client | client-3.5 | client-4.0 | client-4.1 | client-4.2 | go | tpcds | bench) provide_venv "$item" ;;
    jvm-client) provide jvm-client "jvm-client-$(cat "$jvm_client"/{pom.xml,jars.sha256} | sha256sum | cut -c1-12)" make_jvm_client ;;
    *) say "unknown item: $item"; exit 1 ;;
  esac
done
