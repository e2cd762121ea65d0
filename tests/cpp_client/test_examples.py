"""The programs of examples/: what they print, on every server; and that README.md quotes them as they are."""
import os
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


def test_the_readme_quotes_the_example():
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as readme:
        text = readme.read()
    with open(os.path.join(ROOT, "examples", "quickstart.cc"), encoding="utf-8") as source:
        example = source.read()
    quoted = text.split("```cpp\n", 1)[1].split("```", 1)[0]
    assert quoted.strip() and quoted in example
