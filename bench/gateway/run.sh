#!/usr/bin/env bash
# Measures the gateway against nginx and no proxy at all on the same cores. Options: see bench/gateway/run.py --help.
#   bench/gateway/run.sh abuse [...]     good clients beside HTTP/2 abuse instead: see bench/gateway/abuse.py --help
set -euo pipefail
cd "$(dirname "$0")/../.."
script=run.py tools=(nginx h2load)
if [[ ${1:-} == abuse ]]; then
  shift
  script=abuse.py tools=()
fi
for tool in "${tools[@]}"; do
  command -v "$tool" >/dev/null && continue
  echo "$tool is missing: run tools/setup/apt.sh tools/setup/apt-packages-bench.txt" >&2
  exit 1
done
ninja -C build gateway_bench_backend gateway_bench_load >/dev/null
PYTHONDONTWRITEBYTECODE=1 exec python3 "bench/gateway/$script" "$@"
