#!/usr/bin/env bash
# Proves that nothing hand-installed is needed: makes a bare Debian 12 with debootstrap, clones HEAD into it, and runs there
# what a newcomer runs. Needs root. The machine's own way to the package registries (resolver, certificates, apt, pip and
# npm settings) is copied; its caches are not.
#   tests/cleanroom/run.sh            make test, then make demo twice
#   tests/cleanroom/run.sh setup      only set-up, code generation and configuration
#   tests/cleanroom/run.sh COMMAND... a command of your own, run in the clone
# KEEP=1 keeps the folder; CLEANROOM=DIR uses a room that was kept.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
((EUID == 0)) || { echo "cleanroom: root is needed" >&2; exit 1; }

# In a mount namespace of its own every mount disappears with the process, whatever happens.
if [[ -z ${FIRESTEEL_CLEANROOM_INSIDE:-} ]]; then
  FIRESTEEL_CLEANROOM_INSIDE=1 exec unshare --mount --propagation private "$0" "$@"
fi

began=$SECONDS
say() { echo "cleanroom: $* (at $((SECONDS - began)) s)"; }

command -v debootstrap >/dev/null || {
  list=$(mktemp)
  echo debootstrap >"$list"
  "$root/tools/setup/apt.sh" "$list"
  rm "$list"
}

room=${CLEANROOM:-$(mktemp -d "${TMPDIR:-/tmp}/firesteel-cleanroom.XXXXXX")}
cleanup() {
  umount -R "$room/dev" "$room/proc" "$room/sys" 2>/dev/null || true
  if [[ -n ${KEEP:-} || -n ${CLEANROOM:-} ]]; then
    echo "cleanroom: kept $room"
  elif grep -q " $room/" /proc/mounts; then
    echo "cleanroom: something is still mounted in $room, left alone" >&2
  else
    rm -rf --one-file-system "$room"
  fi
}
trap cleanup EXIT

if [[ ! -e $room/etc/debian_version ]]; then
  mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
    sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb +(\[[^]]*\] +)?([^ ]+) .*/\2/p' | grep -v security | head -1 || true)
  debootstrap --variant=minbase --include=bash,make,git,ca-certificates bookworm "$room" ${mirror:+"$mirror"} >"$room.log" 2>&1 ||
    { tail -20 "$room.log" >&2; exit 1; }
  rm -f "$room.log"
  say "bare Debian is made"
fi

# copy_setting PATH: the host's setting, at the same place in the room.
copy_setting() {
  [[ -e $1 ]] || return 0
  mkdir -p "$room$(dirname "$1")"
  cp -aLT "$1" "$room$1"
}
for path in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/ssl/certs /usr/local/share/ca-certificates /usr/share/keyrings \
  /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/trusted.gpg /etc/apt/trusted.gpg.d /etc/apt/auth.conf.d; do
  rm -rf "${room:?}$path"
  copy_setting "$path"
done
for path in /etc/apt/apt.conf.d/*; do
  if grep -qE 'Acquire|Proxy' "$path" 2>/dev/null; then copy_setting "$path"; fi
done
mkdir -p "$room/root"
for name in .npmrc .config/pip .pip; do
  if [[ -e $HOME/$name ]]; then
    mkdir -p "$room/root/$(dirname "$name")"
    cp -aLT "$HOME/$name" "$room/root/$name"
  fi
done
mkdir -p "$room/opt/wheels"

settings=()
while IFS= read -r -d '' entry; do
  case ${entry%%=*} in
    PIP_* | NPM_CONFIG_* | npm_config_* | *_proxy | *_PROXY | *CA_BUNDLE | SSL_CERT_* | NODE_EXTRA_CA_CERTS | PIP_CERT | GIT_SSL_CAINFO) settings+=("$entry") ;;
  esac
done < <(env -0)

mount -t proc proc "$room/proc"
mount --rbind /dev "$room/dev"
mount --rbind /sys "$room/sys"
mount --make-rslave "$room/dev"
mount --make-rslave "$room/sys"

rm -rf "$room/root/firesteel"
git clone -q --no-hardlinks "$root" "$room/root/firesteel"
say "cloned $(git -C "$room/root/firesteel" rev-parse --short HEAD)"

inside() {
  local start=$SECONDS status=0
  env -i HOME=/root LANG=C.UTF-8 TERM=dumb PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${settings[@]}" \
    chroot "$room" bash -c 'cd /root/firesteel && "$@"' bash "$@" || status=$?
  if ((status)); then
    echo "cleanroom: FAILED: $* (status $status)"
    exit 1
  fi
  say "ok: $* took $((SECONDS - start)) s"
}

case ${1:-} in
  "")
    inside make test
    inside make demo
    inside make demo
    ;;
  setup) inside tools/build.sh firesteel_proto_code firesteel_error_conditions ;;
  *) inside "$@" ;;
esac
say "passed"
