"""Writes the Python modules of a folder as C++ texts: {"name", "source"}, a module each.

usage: python_modules.py FOLDER OUT.inc
"""

import pathlib
import sys

# The longest literal that every compiler takes.
PIECE = 8_000


def literal(text):
    pieces = [text[at:at + PIECE] for at in range(0, len(text), PIECE)]
    assert ')~"' not in text
    return " ".join(f'R"~({piece})~"' for piece in pieces)


def main():
    folder, out = map(pathlib.Path, sys.argv[1:])
    rows = [f'{{"{path.stem}", {literal(path.read_text())}}},\n' for path in sorted(folder.glob("*.py"))]
    out.write_text("".join(rows))


if __name__ == "__main__":
    main()
