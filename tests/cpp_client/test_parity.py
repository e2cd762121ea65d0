"""docs/CLIENT_PARITY.md says what is so, and what PySpark has and we have not is explained there."""
import os
import subprocess
import sys

from conftest import ROOT


def test_the_page_is_true():
    command = [sys.executable, os.path.join(ROOT, "tools", "client_parity.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
