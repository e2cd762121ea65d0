#!/usr/bin/env bash
# Builds .deps/clients/CRATE. Exits with 3 when no cargo is to be had that compiles it.
# usage: build.sh CRATE
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=${FIRESTEEL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/firesteel}
cd "$here/$1"

wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
found=$(cargo --version 2>/dev/null | cut -d' ' -f2 || true)
printf '%s\n%s\n' "$wanted" "$found" | sort --version-sort --check=quiet ||
  { echo "cargo $wanted or newer is needed, here is ${found:-none}" >&2; exit 3; }
command -v protoc >/dev/null || { echo "protoc is not installed" >&2; exit 3; }

# The lock is kept without the name of the index, which cargo knows: it writes it into any lock of its own.
lock=$(mktemp -d)
trap 'rm -rf "$lock"' EXIT
mkdir "$lock/src"
touch "$lock/src/lib.rs"
printf '[package]\nname = "index"\nversion = "0.0.0"\n[dependencies]\ncfg-if = "1"\n' >"$lock/Cargo.toml"
cargo generate-lockfile --quiet --manifest-path "$lock/Cargo.toml"
index=$(sed -n 's/^source = "\(.*\)"/\1/p' "$lock/Cargo.lock" | head -n 1)
sed "s|@index@|$index|" Cargo.lock.in >Cargo.lock

# Crates stay in cargo's own folder: its settings are looked up there, too.
export CARGO_TARGET_DIR=$cache/rust/$1
cargo build --locked --quiet
mkdir -p "$root/.deps/clients"
cp "$CARGO_TARGET_DIR/debug/client" "$root/.deps/clients/$1"
