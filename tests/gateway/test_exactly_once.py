"""No statement runs twice, whatever happens to connections and servers: a short run of faults.py."""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def test_sixty_appends_under_faults():
    done = subprocess.run([sys.executable, os.path.join(HERE, "faults.py"), "60", "5"], capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    acknowledged, resets = (int(re.search(rf"(\d+) {word}", done.stdout).group(1)) for word in ("acknowledged", "resets"))
    # Without either there is nothing that could have gone wrong.
    assert acknowledged >= 20 and resets >= 3, done.stdout
