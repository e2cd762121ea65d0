"""The TPC-H queries, their data and the answers recorded from Apache Spark.

Data is made by tpchgen-cli, whose output depends on nothing but the scale factor (checked: same bytes for any number of
threads), so it is never committed. Answers lie in expected/sf<SF>/qNN.json with names, types, nullability and all rows.
"""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "golden"))
import answers
import case_file
import outcome

TABLES = ("customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier")
QUERIES = tuple(f"q{i:02d}" for i in range(1, 23))
GENERATOR_VERSION = "4.0.0"


TITLE = "TPC-H"
SCALES = ("0.01", "1")


def query_text(name):
    with open(os.path.join(HERE, "queries", f"{name}.sql"), encoding="utf-8") as f:
        return f.read()


def generator():
    beside = os.path.join(os.path.dirname(sys.executable), "tpchgen-cli")
    found = beside if os.path.exists(beside) else shutil.which("tpchgen-cli")
    if not found:
        raise SystemExit("tpchgen-cli is not installed in this environment; run tools/setup")
    return found


def cache_folder():
    return os.environ.get("FIRESTEEL_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache"), "firesteel")


def data_folder(scale):
    """The folder with the Parquet files of a scale factor, made on first use in the cache."""
    folder = os.path.join(cache_folder(), "tpch", f"{GENERATOR_VERSION}-sf{scale}")
    if all(os.path.exists(os.path.join(folder, f"{t}.parquet")) for t in TABLES):
        return folder
    return make_folder(folder, lambda part: [generator(), "parquet", "-q", "-s", str(scale), "-o", part])


def make_folder(folder, command):
    """Runs command(PART), which makes the folder PART, and puts that in place by one rename."""
    part = f"{folder}.{os.getpid()}"
    subprocess.run(command(part), check=True)
    try:
        os.rename(part, folder)
    except OSError:  # another process was faster
        shutil.rmtree(part)
    return folder


def create_views(spark, folder, tables=TABLES):
    for table in tables:
        spark.read.parquet(os.path.join(folder, f"{table}.parquet")).createOrReplaceTempView(table)


def ordered(_):
    return True


def ask(spark, name, _scale=None):
    return outcome.ask(spark, case_file.Case(name, text=query_text(name)), "{DATA}", scope={})


def expected_path(scale, name):
    return os.path.join(HERE, "expected", f"sf{scale}", f"{name}.json")


def read_expected(scale, name):
    return answers.read(expected_path(scale, name))
