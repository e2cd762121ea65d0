"""No statement runs twice, whatever happens to connections and servers: a short run of faults.py."""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def test_appends_under_faults():
    done = subprocess.run([sys.executable, os.path.join(HERE, "faults.py"), "200", "5"], capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    acknowledged, kills, resets = (int(re.search(rf"(\d+) {word}", done.stdout).group(1))
                                   for word in ("acknowledged", "kills", "resets"))
    # Without each there is nothing that could have gone wrong.
    assert acknowledged >= 100 and kills >= 1 and resets >= 5, done.stdout
