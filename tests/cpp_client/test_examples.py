"""The programs of examples/: what they print, on every server; and that README.md quotes them as they are."""
import os
import pathlib
import subprocess

from conftest import ROOT

EXAMPLES = os.path.join(ROOT, "build", "examples")


def run(name, *arguments):
    done = subprocess.run([os.path.join(EXAMPLES, name), *map(str, arguments)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_quickstart(remote):
    assert run("quickstart", remote) == ["ada: 3 orders, 22.00", "bob: 1 orders, 7.25",
                                         "UNRESOLVED_COLUMN.WITH_SUGGESTION (42703)"]


def test_streaming(remote):
    assert run("streaming", remote, 1000) == ["499500"]
    assert run("streaming", remote, 3_000_000) == ["4499998500000"]


def test_reports(remote, tmp_path):
    assert run("reports", remote, tmp_path) == ["Oslo: pen 4.00", "Rome: ink 9.00", "+----+----+", "|city|sold|", "+----+----+",
                                                "|Oslo|   1|", "|Rome|   1|", "+----+----+", ""]


def test_the_readme_quotes_the_examples():
    text = (pathlib.Path(ROOT) / "README.md").read_text(encoding="utf-8")
    quoted = [block.split("```", 1)[0] for block in text.split("```cpp\n")[1:]]
    sources = [path.read_text(encoding="utf-8") for path in (pathlib.Path(ROOT) / "examples").glob("*.cc")]
    assert len(quoted) >= 3
    for block in quoted:
        assert block.strip() and any(block in source for source in sources), block
