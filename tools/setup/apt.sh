#!/usr/bin/env bash
# Installs the Debian packages of apt-packages.txt that are missing. Does nothing (and needs no rights) when all are there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
list=${1:-$here/apt-packages.txt}

wanted=()
declare -A optional=()
while IFS= read -r line; do
  line=${line%%#*}
  line=${line//[[:space:]]/}
  [[ -z $line ]] && continue
  if [[ $line == \?* ]]; then
    line=${line#?}
    optional[$line]=1
  fi
  if [[ $line == *:* ]]; then
    command -v "${line#*:}" >/dev/null && continue
    line=${line%%:*}
  fi
  wanted+=("$line")
done <"$list"

installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p')
missing=()
for package in "${wanted[@]}"; do
  grep -Fxq -- "$package" <<<"$installed" || missing+=("$package")
done
# drop_unknown: forgets optional packages that this Debian does not have.
drop_unknown() {
  local package kept=()
  for package in "${missing[@]}"; do
    [[ -n ${optional[$package]:-} ]] && ! apt-cache show "$package" >/dev/null 2>&1 && continue
    kept+=("$package")
  done
  missing=("${kept[@]}")
}

needed=()
for package in "${missing[@]}"; do [[ -n ${optional[$package]:-} ]] || needed+=("$package"); done
# Only optional ones are missing: the lists have been read before, so what they do not know is not to be had.
((${#needed[@]})) || drop_unknown
((${#missing[@]})) || exit 0

echo "setup: installing ${#missing[@]} Debian packages: ${missing[*]}" >&2
as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || { echo "setup: root is needed to install: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo -E)
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
began=$SECONDS
install_missing() {
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "${missing[@]}" >"$log" 2>&1
}
# The package lists may be absent or stale: refresh them only when the first try fails.
if ! install_missing; then
  "${as_root[@]}" apt-get update -qq -o DPkg::Lock::Timeout=300 >>"$log" 2>&1 || { tail -20 "$log" >&2; exit 1; }
  drop_unknown
  install_missing || { tail -30 "$log" >&2; rm -f "$log"; exit 1; }
fi
rm -f "$log"
echo "setup: installed them in $((SECONDS - began)) s" >&2
