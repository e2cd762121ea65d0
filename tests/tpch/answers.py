"""Recorded answers of one query in one JSON file: columns (names, types, nullability), then rows, a line each."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
import case_file


def read(path):
    with open(path, encoding="utf-8") as f:
        book = json.load(f)
    return case_file.Expected(columns=book["columns"], rows=book["rows"])


def write(path, answer):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        for key, items, end in (("columns", answer.columns, ","), ("rows", answer.rows, "")):
            f.write(("{" if key == "columns" else "") + f'"{key}": [\n')
            f.write(",\n".join(json.dumps(item, ensure_ascii=False) for item in items))
            f.write(f"\n]{end}\n")
        f.write("}\n")
