#!/usr/bin/env bash
# make fuzz: builds the fuzz targets with clang and libFuzzer (build-fuzz/) and runs each for FIRESTEEL_FUZZ_SECONDS (default
# 1800), at most FIRESTEEL_FUZZ_JOBS at once (default 2), from the corpus, the seeds (seeds.py) and what earlier runs found.
#   tests/fuzz/run.sh [--keep] [TARGET...]      targets: sql plan arrow artifact_name gateway_message (default: all)
# One line a target; fails on a finding (crash, sanitizer report, wrong exception, leak, more than 10 s or 2 GiB), whose input
# stays in build-fuzz/findings/. A mended one goes to corpus/TARGET/finding-WHAT, where `make test` replays it.
# --keep runs nothing: it replaces the corpus, findings apart, by the inputs that reach most of what all found inputs reach.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
seconds=${FIRESTEEL_FUZZ_SECONDS:-1800}
jobs=${FIRESTEEL_FUZZ_JOBS:-2}
((jobs > 2)) && jobs=2
keep=0 targets=()
for word in "$@"; do
  case $word in
    --keep) keep=1 ;;
    sql | plan | arrow | artifact_name | gateway_message) targets+=("$word") ;;
    *) sed -n '2,8s/^# //p' "$0"; exit 1 ;;
  esac
done
((${#targets[@]})) || targets=(sql plan arrow artifact_name gateway_message)
# What is committed stays small: files of at most so many bytes, at most so many a target.
largest=2048 most=250

tools/setup/apt.sh tools/setup/apt-packages-fuzz.txt || exit 1
FIRESTEEL_PRESET=fuzz tools/build.sh "${targets[@]/#/fuzz_}" || exit 1
seeds=build-fuzz/seeds
rm -rf "$seeds"
PYTHONDONTWRITEBYTECODE=1 .deps/venv-client/bin/python tests/fuzz/seeds.py "$seeds" >build/logs/fuzz-seeds.log 2>&1 </dev/null || {
  tail -5 build/logs/fuzz-seeds.log
  exit 1
}

# The stack of the server's plan threads: libFuzzer runs a target in the main thread.
ulimit -s 65536
# Sanitizers cannot place their shadow memory under the widest address randomisation of newer kernels.
alone=()
if setarch -R true 2>/dev/null; then alone=(setarch -R); fi
export ASAN_OPTIONS=detect_stack_use_after_return=0:allocator_may_return_null=0:${ASAN_OPTIONS:-}
symbolizer=$(command -v llvm-symbolizer-14) && export ASAN_SYMBOLIZER_PATH=$symbolizer

# fuzz TARGET FOLDER... [-OPTION...]: libFuzzer on what the folders hold.
fuzz() {
  local target=$1
  shift
  mkdir -p "build-fuzz/findings/$target"
  "${alone[@]}" "build-fuzz/tests/fuzz_$target" -artifact_prefix="build-fuzz/findings/$target/" -rss_limit_mb=2048 -malloc_limit_mb=1100 -timeout=10 "$@"
}

# run TARGET: its line, and status 1 when there was a finding.
run() {
  local target=$1 log=build/logs/fuzz-$1.log options=() status
  mkdir -p "build-fuzz/corpus/$target" "tests/fuzz/corpus/$target"
  [[ -e $seeds/$target.dict ]] && options+=("-dict=$seeds/$target.dict")
  fuzz "$target" "build-fuzz/corpus/$target" "tests/fuzz/corpus/$target" "$seeds/$target" \
    -max_total_time="$seconds" -max_len=8192 -print_final_stats=1 "${options[@]}" >"$log" 2>&1
  status=$?
  local runs edges
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  edges=$(grep -aoE ' cov: [0-9]+' "$log" | tail -1 | grep -oE '[0-9]+')
  if ((status)); then
    echo "fuzz: $target: ${runs:-?} executions, ${edges:-?} edges, a FINDING: $(sed -n 's/.*Test unit written to //p' "$log" | tail -1) ($log)"
    grep -aE 'ERROR: |SUMMARY: |runtime error|terminate called|what\(\)' "$log" | cut -c1-300 | head -5
    return 1
  fi
  echo "fuzz: $target: $runs executions in $seconds s, $edges edges, no findings"
}

# keep_found TARGET: the corpus anew from all inputs of its kind.
keep_found() {
  local target=$1 corpus=tests/fuzz/corpus/$1 merged=build-fuzz/merged/$1 file
  rm -rf "$merged"
  mkdir -p "$merged" "$corpus" "build-fuzz/corpus/$target"
  fuzz "$target" -set_cover_merge=1 -max_len="$largest" "$merged" "$corpus" "build-fuzz/corpus/$target" "$seeds/$target" \
    >"build/logs/fuzz-merge-$target.log" 2>&1 || { tail -5 "build/logs/fuzz-merge-$target.log"; return 1; }
  find "$corpus" -type f ! -name 'finding-*' -delete
  # libFuzzer writes what covers most first.
  find "$merged" -type f -printf '%T@ %f\n' | sort -n | head -n "$most" | while read -r _ file; do cp "$merged/$file" "$corpus/"; done
  echo "fuzz: $target: $(find "$corpus" -type f | wc -l) files, $(du -bs "$corpus" | cut -f1) bytes in $corpus"
}

failed=0
if ((keep)); then
  for target in "${targets[@]}"; do keep_found "$target" || failed=1; done
  exit "$failed"
fi
for target in "${targets[@]}"; do
  while (($(jobs -rp | wc -l) >= jobs)); do wait -n || failed=1; done
  run "$target" &
done
while (($(jobs -p | wc -l))); do wait -n || failed=1; done
exit "$failed"
