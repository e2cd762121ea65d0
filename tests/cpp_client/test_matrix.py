"""The script of every client (tests/clients/matrix.py), with this one."""
import os
import subprocess
import sys

from conftest import ROOT


def test_the_script_of_every_client(remote):
    matrix = os.path.join(ROOT, "tests", "clients", "matrix.py")
    done = subprocess.run([sys.executable, matrix, "--clients", "C++", "--no-programs", "--remote", remote], capture_output=True,
                          text=True, timeout=120, check=False)
    assert done.returncode == 0 and "12 passed, 0 failed; steps not offered: none" in done.stdout, done.stdout + done.stderr
