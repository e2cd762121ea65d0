#!/usr/bin/env bash
# Checks that our C++ files are in the style of .clang-format. Prints the files that are not, then `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
command -v clang-format-14 >/dev/null || { echo "clang-format-14 is not installed: tools/setup/setup.sh"; exit 1; }
mapfile -t files < <(find src include cmake tests/fuzz \( -name '*.cc' -o -name '*.h' \) 2>/dev/null | sort)
((${#files[@]})) || { echo "0 passed, 0 failed"; exit 1; }
bad=$(printf '%s\0' "${files[@]}" | xargs -0 -n 20 -P "$(nproc)" clang-format-14 --dry-run 2>&1 | sed -n 's/^\([^:]*\):[0-9]*:.*clang-format-violations.*/\1/p' | sort -u)
count=$(grep -c . <<<"$bad")
[[ -z $bad ]] || sed 's/^/not in format (make format): /' <<<"$bad"
echo "$((${#files[@]} - count)) passed, $count failed"
((count == 0))
