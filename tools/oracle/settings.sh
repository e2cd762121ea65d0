# Where the oracle lives and how it is told apart. Sourced by start, stop and the callers; never run.
# FIRESTEEL_ORACLE_PORT, FIRESTEEL_ORACLE_PYTHON and FIRESTEEL_ORACLE_HOME override what is found here.

oracle_cache="${XDG_CACHE_HOME:-$HOME/.cache}/firesteel"
oracle_port="${FIRESTEEL_ORACLE_PORT:-15102}"
oracle_home="${FIRESTEEL_ORACLE_HOME:-$oracle_cache/oracle-$oracle_port}"
oracle_remote="sc://localhost:$oracle_port"

# The first interpreter that carries PySpark 4.3 (the package brings the whole of Spark).
oracle_find_python() {
  local candidate
  for candidate in "${FIRESTEEL_ORACLE_PYTHON:-}" "$(dirname "${BASH_SOURCE[0]}")/../../.deps/venv-client/bin/python"; do
    if [ -n "$candidate" ] && [ -x "$candidate" ] && "$candidate" -c 'import pyspark, pandas, pyarrow' 2>/dev/null; then
      echo "$candidate"
      return 0
    fi
  done
  echo "oracle: no Python with pyspark, pandas and pyarrow; run tools/setup first or set FIRESTEEL_ORACLE_PYTHON" >&2
  return 1
}

# True when something accepts connections on the oracle's port.
oracle_answers() {
  (exec 3<>"/dev/tcp/127.0.0.1/$oracle_port") 2>/dev/null
}
