"""Parquet files that are cut, flipped, that lie, or are none: rows or a clear error, and the server goes on."""
import os
import random
import struct

import pytest
from damage import READ_ERRORS, SCHEMA_ERRORS, alive, flipped, footer_begin, outcome_of, parquet_bytes, write

FORMS = {
    "plain": {"compression": "none", "use_dictionary": False},
    "snappy": {"compression": "snappy"},
    "zstd_v2": {"compression": "zstd", "data_page_version": "2.0"},
    "gzip_index": {"compression": "gzip", "write_page_index": True},
    "delta": {"compression": "none", "use_dictionary": False, "data_page_version": "2.0",
              "column_encoding": {"i": "DELTA_BINARY_PACKED", "l": "DELTA_BINARY_PACKED", "u": "DELTA_BYTE_ARRAY",
                                  "s": "DELTA_LENGTH_BYTE_ARRAY", "d": "BYTE_STREAM_SPLIT"}},
}
MUTATIONS = int(os.environ.get("FIRESTEEL_MUTATIONS", "60"))  # of each form and part


def condition_of(run):
    with pytest.raises(Exception) as failed:
        run()
    return failed.value.getCondition()


@pytest.mark.firesteel
@pytest.mark.parametrize("part", ["pages", "footer"])
@pytest.mark.parametrize("form", FORMS)
def test_flipped_bytes(spark, tmp_path, form, part):
    whole = parquet_bytes(**FORMS[form])
    middle = footer_begin(whole)
    begin, end = (4, middle) if part == "pages" else (middle, len(whole))
    seed = f"{form} {part}"
    chance = random.Random(seed)
    seen = {}
    for number in range(MUTATIONS):
        path = write(tmp_path / f"{number}.parquet", flipped(whole, chance, begin, end))
        kind, what = outcome_of(lambda: spark.read.parquet(path))
        assert kind == "rows" or what in READ_ERRORS | SCHEMA_ERRORS, (seed, number, what)
        seen[what] = seen.get(what, 0) + 1
    print(seed, seen)
    alive(spark)


@pytest.mark.parametrize("form", ["plain", "snappy"])
def test_cut_anywhere(spark, tmp_path, form):
    whole = parquet_bytes(**FORMS[form])
    for number, cut in enumerate(range(1, len(whole), len(whole) // 40)):
        path = write(tmp_path / f"{number}.parquet", whole[:cut])
        assert outcome_of(lambda: spark.read.parquet(path)) == ("error", "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER")
    alive(spark)


def lying_length(data, length):
    return data[:-8] + struct.pack("<I", length) + data[-4:]


GOOD = parquet_bytes(rows=20)
NO_PARQUET = {
    "text": b"id,name\n1,one\n" * 10,
    "magic_only": b"PAR1PAR1",
    "short": b"PAR1",
    "wrong_end": GOOD[:-4] + b"PARX",
    "encrypted": GOOD[:-4] + b"PARE",
    "zeros": bytes(10_000),
    "footer_longer_than_file": lying_length(GOOD, len(GOOD) + 1),
    "footer_of_4_gib": lying_length(GOOD, 0xFFFFFFFF),
    "footer_of_2_gib": lying_length(GOOD, 0x80000000),
    "no_footer": lying_length(GOOD, 0),
    "footer_too_short": lying_length(GOOD, 10),
    "footer_too_long": lying_length(GOOD, len(GOOD) - footer_begin(GOOD) + 40),
}


@pytest.mark.parametrize("name", NO_PARQUET)
def test_no_parquet(spark, tmp_path, name):
    path = write(tmp_path / "x.parquet", NO_PARQUET[name])
    assert condition_of(lambda: spark.read.parquet(path).collect()) == "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER"
    with pytest.raises(Exception) as failed:
        spark.sql(f"SELECT * FROM parquet.`{path}`").collect()
    assert failed.value.getCondition() == "FAILED_TO_CREATE_PLAN_FOR_DIRECT_QUERY"
    assert path in str(failed.value), "the cause names the file"
    # Who brings a schema learns it when the file is read.
    given = spark.read.schema("i INT")
    assert condition_of(lambda: given.parquet(path).collect()) == "FAILED_READ_FILE.NO_HINT"
    assert condition_of(lambda: given.parquet(path).count()) == "FAILED_READ_FILE.NO_HINT"
    assert given.option("ignoreCorruptFiles", True).parquet(path).collect() == []
    alive(spark)


def test_empty_files_have_no_rows(spark, tmp_path):
    write(tmp_path / "a.parquet", b"")
    assert condition_of(lambda: spark.read.parquet(str(tmp_path)).columns) == "UNABLE_TO_INFER_SCHEMA"
    write(tmp_path / "b.parquet", GOOD)
    assert spark.read.parquet(str(tmp_path)).count() == 20


def test_one_bad_file_among_good_ones(spark, tmp_path):
    for name in "abc":
        write(tmp_path / f"{name}.parquet", GOOD)
    bad = write(tmp_path / "d.parquet", NO_PARQUET["text"])
    path = str(tmp_path)
    with pytest.raises(Exception) as failed:
        spark.read.parquet(path).collect()
    assert failed.value.getCondition() == "FAILED_READ_FILE.NO_HINT"
    assert bad in str(failed.value)
    merging = spark.read.option("mergeSchema", True)
    assert condition_of(lambda: merging.parquet(path).columns) == "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER"


def damaged_pages():
    data = bytearray(parquet_bytes(**FORMS["snappy"]))
    for at in range(100, footer_begin(data) // 2):
        data[at] ^= 0x5A
    return bytes(data)


def test_damaged_files_are_ignored_when_the_user_says_so(spark, tmp_path):
    path = str(tmp_path)
    for name in "abc":
        write(tmp_path / f"{name}.parquet", GOOD)
    write(tmp_path / "d.parquet", NO_PARQUET["text"])
    write(tmp_path / "e.parquet", damaged_pages())
    assert condition_of(lambda: spark.read.parquet(path).collect()) == "FAILED_READ_FILE.NO_HINT"
    assert len(spark.read.option("ignoreCorruptFiles", True).parquet(path).collect()) == 60
    spark.conf.set("spark.sql.files.ignoreCorruptFiles", "true")
    assert len(spark.read.parquet(path).collect()) == 60
    assert len(spark.read.option("mergeSchema", True).parquet(path).collect()) == 60
    # The first file tells the schema, as ever.
    write(tmp_path / "0.parquet", NO_PARQUET["text"])
    assert condition_of(lambda: spark.read.parquet(path).columns) == "UNABLE_TO_INFER_SCHEMA"
    assert len(spark.read.schema("i INT").parquet(path).collect()) == 60


def test_files_of_other_types(spark, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet

    for name, values in (("a", pa.array([1, 2], pa.int32())), ("b", pa.array(["p", "q"]))):
        pa.parquet.write_table(pa.table({"x": values, name: [1.5, 2.5]}), tmp_path / f"{name}.parquet")
    with pytest.raises(Exception) as failed:
        spark.read.parquet(str(tmp_path)).collect()
    assert failed.value.getCondition() == "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH"
    assert failed.value.getMessageParameters() == {
        "path": f"file://{tmp_path}/b.parquet", "column": "[x]", "expectedType": "int", "actualType": "BINARY"}


@pytest.mark.firesteel
def test_managed_tables(spark, tmp_path):
    spark.sql("DROP TABLE IF EXISTS damaged_table")
    spark.sql("CREATE TABLE damaged_table AS SELECT id, 'text ' || id s FROM range(1000)")
    try:
        file = spark.sql("SELECT _metadata.file_path FROM damaged_table LIMIT 1").collect()[0][0].removeprefix("file:").replace("//", "/", 1)
        whole = open(file, "rb").read()
        chance = random.Random(5)
        for number in range(30):
            begin, end = (4, footer_begin(whole)) if number % 2 else (footer_begin(whole), len(whole))
            write(file, flipped(whole, chance, begin, end))
            kind, what = outcome_of(lambda: spark.table("damaged_table"))
            assert kind == "rows" or what in READ_ERRORS, what
        for data in (b"", whole[:len(whole) // 2], NO_PARQUET["text"]):
            write(file, data)
            assert condition_of(lambda: spark.table("damaged_table").collect()) == "FAILED_READ_FILE.NO_HINT"
        os.remove(file)
        with pytest.raises(Exception) as failed:
            spark.table("damaged_table").collect()
        assert failed.value.getCondition() == "FAILED_READ_FILE.FILE_NOT_EXIST" and file in str(failed.value)
        write(file, whole)
        assert spark.table("damaged_table").count() == 1000
    finally:
        spark.sql("DROP TABLE damaged_table")


def test_a_folder_with_the_name_of_a_file(spark, tmp_path):
    folder = tmp_path / "t.parquet"
    folder.mkdir()
    write(folder / "x.parquet", GOOD)
    assert spark.read.parquet(str(folder)).count() == 20
    (tmp_path / "u.parquet" / "x.parquet").mkdir(parents=True)
    assert condition_of(lambda: spark.read.parquet(str(tmp_path / "u.parquet")).columns) == "UNABLE_TO_INFER_SCHEMA"


def test_links_in_circles(spark, tmp_path):
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    assert condition_of(lambda: spark.read.parquet(str(tmp_path / "one")).columns) == "PATH_NOT_FOUND"
    folder = tmp_path / "t"
    folder.mkdir()
    write(folder / "x.parquet", GOOD)
    (folder / "again").symlink_to(folder)
    kind, what = outcome_of(lambda: spark.read.parquet(str(folder)))
    assert kind == "rows" or what.startswith("FAILED_READ_FILE"), what
    alive(spark)
