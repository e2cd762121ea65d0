#!/usr/bin/env bash
# usage: not-yet.sh TARGET ISSUE SCRIPT: runs SCRIPT if it exists, else says plainly that TARGET is not built yet.
[[ -x $3 ]] && exec "$3"
echo "make $1: not built yet: issue $2" >&2
exit 1
