"""A stand-in build backend that knows metadata and nothing else.

We want the *sources* inside source distributions (DuckDB's headers, nanoarrow's C files). `pip download` insists on
the metadata of what it downloads, and would configure or even compile the package for it (93 s for nanoarrow). Put on
PYTHONPATH with --no-build-isolation, this answers from the PKG-INFO that every source distribution carries.
"""

import email.parser
import pathlib


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    text = pathlib.Path("PKG-INFO").read_text(encoding="utf-8")
    fields = email.parser.HeaderParser().parsestr(text)
    folder = pathlib.Path(metadata_directory) / f"{fields['Name']}-{fields['Version']}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(text, encoding="utf-8")
    (folder / "WHEEL").write_text("Wheel-Version: 1.0\nGenerator: metadata-only\nTag: py3-none-any\n", encoding="utf-8")
    return folder.name


def build_wheel(*_args, **_kwargs):
    raise RuntimeError("only the sources are wanted")


def build_sdist(*_args, **_kwargs):
    raise RuntimeError("only the sources are wanted")


def build_editable(*_args, **_kwargs):
    raise RuntimeError("only the sources are wanted")


get_requires_for_build_sdist = get_requires_for_build_wheel
get_requires_for_build_editable = get_requires_for_build_wheel
prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel
