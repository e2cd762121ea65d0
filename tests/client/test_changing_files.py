"""Files that are removed, replaced, cut or grow while they are read: rows of the old, or a clear error; never a crash."""
import os
import shutil

import pytest

ROWS = 400_000
READ_ERRORS = {"FAILED_READ_FILE.FILE_NOT_EXIST", "FAILED_READ_FILE.NO_HINT", "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER"}
FORMS = ["parquet", "csv", "gz"]


def make(spark, path, form, count=8, rows=ROWS):
    """A folder of files that cannot be read in one go."""
    os.makedirs(path)
    frame = spark.range(rows).selectExpr("id", "sha2(cast(id as string), 256) h").repartition(count)
    if form == "parquet":
        frame.write.mode("overwrite").parquet(path)
    else:
        writer = frame.write.mode("overwrite")
        (writer.option("compression", "gzip") if form == "gz" else writer).csv(path)


def files_of(path):
    return sorted(os.path.join(path, name) for name in os.listdir(path) if name[0] not in "._")


def reader(spark, path, form):
    if form == "parquet":
        return spark.read.parquet(path)
    return spark.read.schema("id LONG, h STRING").csv(path)


def remove(path):
    for name in files_of(path):
        os.remove(name)


def cut(path):
    for name in files_of(path):
        os.truncate(name, os.path.getsize(name) // 2)


def empty(path):
    for name in files_of(path):
        os.truncate(name, 0)


def overwrite_in_place(path):
    for name in files_of(path):
        size = os.path.getsize(name)
        with open(name, "r+b") as file:
            file.write(os.urandom(size))


def grow(path):
    for name in files_of(path):
        with open(name, "ab") as file:
            file.write(b"more" * 1000)


def replace(path):
    for name in files_of(path):
        shutil.copy(name, name + ".new")
        os.replace(name + ".new", name)


CHANGES = {change.__name__: change for change in (remove, cut, empty, overwrite_in_place, grow, replace)}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of each form, made once."""
    known = {}

    def find(spark, form):
        if form not in known:
            known[form] = str(tmp_path_factory.mktemp("made") / form)
            make(spark, known[form], form)
        return known[form]

    return find


# All pairs take 40 s.
SLOW = os.environ.get("FIRESTEEL_SLOW_TESTS") == "1"
PAIRS = [(form, change) for form in FORMS for change in CHANGES
         if SLOW or form == "parquet" or (form, change) in {("csv", "remove"), ("csv", "cut"), ("gz", "overwrite_in_place")}]


@pytest.mark.firesteel
@pytest.mark.parametrize("form, change", PAIRS)
def test_changed_in_the_middle(spark, made, tmp_path, form, change):
    path = str(tmp_path / "t")
    shutil.copytree(made(spark, form), path)
    rows = reader(spark, path, form).toLocalIterator()
    seen = 0
    try:
        for _ in rows:
            seen += 1
            if seen == 10:
                CHANGES[change](path)
        whole = change in ("remove", "replace")
        assert seen == ROWS or not whole, seen
    except Exception as error:
        assert error.getCondition() in READ_ERRORS, error
    assert seen >= 10
    assert spark.sql("SELECT 1").collect()[0][0] == 1
