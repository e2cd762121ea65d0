"""Python functions of older clients: what they pickle is run by the workers' PySpark 4.3."""
import os
import subprocess

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
DEPENDENCIES = os.path.join(HERE, "..", "..", ".deps")


@pytest.mark.parametrize("client", ["venv-client-3.5", "venv-client-4.1", "venv-client"])
def test_functions_of_a_client(remote, client):
    python = os.path.join(DEPENDENCIES, client, "bin", "python")
    if not os.path.exists(python):
        pytest.skip(f"{client} is not installed: tools/setup/fetch.sh installs it for the layer `clients`")
    program = os.path.join(HERE, "python_functions_program.py")
    done = subprocess.run([python, program, remote], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "10 of 10", done.stdout + done.stderr[-2000:]
