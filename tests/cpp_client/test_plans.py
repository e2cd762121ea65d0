"""The recorded plans are what PySpark builds now. That the C++ client's are the same, client_test says (PlansTest)."""
import subprocess
import sys

from conftest import HERE


def test_recorded_plans_are_those_of_pyspark():
    command = [sys.executable, f"{HERE}/plans/record.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    calls = sum(int(line.split()[1]) for line in done.stdout.splitlines() if line.endswith(" calls"))
    assert calls >= 700, calls
