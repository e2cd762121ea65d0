"""The installed client library in a project of somebody else's."""
import os
import re
import shutil
import subprocess

import pytest
from conftest import HERE, ROOT

BUILD = os.path.join(ROOT, "build")


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """Where the library was installed."""
    folder = tmp_path_factory.mktemp("installed")
    run("cmake", "--install", BUILD, "--component", "client", "--prefix", folder)
    return folder


def test_a_project_finds_it(prefix, remote, tmp_path):
    run("cmake", "-S", os.path.join(HERE, "outside"), "-B", tmp_path, f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", tmp_path)
    programs = [name for name in ("outside", "outside_static") if (tmp_path / name).exists()]
    assert "outside" in programs
    for name in programs:
        assert run(tmp_path / name, remote) == "3 9\n4 16\n"


def library(prefix, name):
    return next(path for path in prefix.rglob(name) if not path.is_symlink())


def test_the_shared_library_shows_only_its_own_names(prefix):
    symbols = run("nm", "-DC", "--defined-only", library(prefix, "libfiresteel_client.so.*")).splitlines()
    names = [line.split(" ", 2)[2] for line in symbols]
    strange = [name for name in names if "firesteel::client::" not in name]
    assert names and not strange, strange[:10]


def test_programs_keep_their_own_new(prefix):
    symbols = run("nm", "--defined-only", library(prefix, "libfiresteel_client.a")).split()
    assert not [name for name in symbols if re.match("_Z(nw|na|dl|da)[mP]", name)]
    assert not [name for name in symbols if "duckdb" in name.lower()]


def test_headers_need_nothing_but_the_standard_library(prefix, tmp_path):
    for header in sorted(prefix.rglob("*.h")):
        source = tmp_path / "one.cc"
        source.write_text(f"#include <firesteel/{header.name}>\n")
        run("c++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-nostdinc++",
            *standard_library(), f"-I{prefix}/include", source)


CLANG = next((name for name in ["clang++", *(f"clang++-{version}" for version in range(22, 13, -1))] if shutil.which(name)), None)


@pytest.mark.skipif(not CLANG, reason="there is no clang (tools/setup/apt-packages-fuzz.txt)")
def test_clang_takes_headers_and_programs(prefix, remote, tmp_path):
    warnings = ("-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{prefix}/include")
    source = tmp_path / "all.cc"
    source.write_text("".join(f"#include <firesteel/{header.name}>\n" for header in sorted(prefix.rglob("*.h"))))
    run(CLANG, *warnings, source)
    run(CLANG, *warnings, os.path.join(ROOT, "examples", "streaming.cc"))
    build = tmp_path / "build"
    run("cmake", "-S", os.path.join(HERE, "outside"), "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={CLANG}")
    run("cmake", "--build", build)
    assert run(build / "outside", remote) == "3 9\n4 16\n"


def standard_library():
    """The folders of the C++ standard library alone, of the compiler's own search path."""
    listed = subprocess.run(["c++", "-std=c++20", "-E", "-v", "-x", "c++", os.devnull], capture_output=True, text=True).stderr
    folders = listed.split("search starts here:")[-1].split("End of search list")[0].split()
    return [f"-isystem{folder}" for folder in folders if "c++" in folder]
