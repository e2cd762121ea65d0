"""CSV, JSON and text that is cut, no text, endless or too deep: rows or a clear error, and the server goes on."""
import bz2
import gzip
import os
import zlib

import pytest
from damage import alive, outcome_of, write
from pyspark.errors import IllegalArgumentException

NO_HINT = ("error", "FAILED_READ_FILE.NO_HINT")


LINES = b"".join(b"%d,text of row %d\n" % (i, i * i) for i in range(20_000))


def zstd(data):
    import pyarrow as pa

    return pa.compress(data, "zstd", asbytes=True)


def hadoop_lz4(data):
    """One block of Hadoop's form, which Spark reads and writes."""
    import pyarrow as pa

    packed = pa.compress(data, "lz4_raw", asbytes=True)
    return len(data).to_bytes(4, "big") + len(packed).to_bytes(4, "big") + packed


PACKED = {"gz": gzip.compress, "bz2": bz2.compress, "deflate": zlib.compress, "zst": zstd, "lz4": hadoop_lz4}


@pytest.mark.parametrize("form", PACKED)
def test_compressed_files_cut_or_flipped(spark, tmp_path, form):
    whole = PACKED[form](LINES)
    assert spark.read.text(write(tmp_path / f"whole.{form}", whole)).count() == 20_000
    for cut in (1, 3, len(whole) // 2, len(whole) - 1):
        path = write(tmp_path / f"{cut}.{form}", whole[:cut])
        for read in (lambda: spark.read.text(path), lambda: spark.read.schema("i INT, s STRING").csv(path)):
            kind, what = outcome_of(read)
            # What lacks only its check sum may be whole.
            assert (kind, what) == NO_HINT or cut == len(whole) - 1 and what == 20_000, (cut, what)
    for at in range(0, len(whole), max(1, len(whole) // 12)):
        path = write(tmp_path / f"at{at}.{form}", whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1:])
        kind, what = outcome_of(lambda: spark.read.text(path))
        assert kind == "rows" or (kind, what) == NO_HINT, (at, what)
    alive(spark)


@pytest.mark.parametrize("form", PACKED)
def test_not_compressed_in_spite_of_the_name(spark, tmp_path, form):
    path = write(tmp_path / f"x.{form}", LINES)
    for read in (lambda: spark.read.text(path), lambda: spark.read.option("inferSchema", True).csv(path),
                 lambda: spark.read.schema("a INT").json(path)):
        assert outcome_of(read) == NO_HINT
    alive(spark)


def test_ignored_when_the_user_says_so(spark, tmp_path):
    write(tmp_path / "a.csv", LINES)
    write(tmp_path / "b.csv.gz", gzip.compress(LINES)[:1000])
    reader = spark.read.option("ignoreCorruptFiles", True).schema("i INT, s STRING")
    assert reader.csv(str(tmp_path)).where("i >= 0").count() >= 20_000


@pytest.mark.firesteel
def test_a_bomb_is_read_in_little_memory(spark, server_process, tmp_path):
    """A gigabyte of zeros in one line is too long for a text; one of short lines is counted as it flows by."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    piece = b"0" * 99 + b"\n"
    with open(tmp_path / "lines.txt.gz", "wb") as file:
        for _ in range(1024):
            file.write(packer.compress(piece * 10_486))
        file.write(packer.flush())
    before = server_process.rss_bytes()
    assert spark.read.text(str(tmp_path / "lines.txt.gz")).count() == 1024 * 10_486
    assert server_process.rss_bytes() - before < 200 << 20


# Depths beyond Jackson's limit; the rows are recorded from Spark. The third record is read whatever the second is.
DEEP = {
    "arrays": b'{"b":7,"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "objects_unread": b'{"b":7,"z":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    "open": b'{"b":7,"a":' + b"[" * 100_000,
    "at_the_root": b"[" * 100_000 + b"]" * 100_000,
}


@pytest.mark.parametrize("form", DEEP)
def test_json_too_deep(spark, tmp_path, form):
    path = write(tmp_path / "deep.json", b'{"a":"x","b":1}\n' + DEEP[form] + b'\n{"a":"y","b":2}\n')
    rows = spark.read.schema("a STRING, b INT, _corrupt_record STRING").json(path).collect()
    assert [(r.a, r.b, r._corrupt_record) for r in rows] == [("x", 1, None), (None, None, DEEP[form].decode()), ("y", 2, None)]
    assert spark.read.option("mode", "DROPMALFORMED").schema("a STRING, b INT").json(path).count() == 2
    assert outcome_of(lambda: spark.read.option("mode", "FAILFAST").schema("a STRING, b INT").json(path)) == NO_HINT
    assert spark.read.json(path).columns == ["_corrupt_record", "a", "b"]
    alive(spark)


def test_json_strings_beyond_jacksons_limit(spark, tmp_path):
    """Recorded from Spark: 20,000,000 characters are taken; longer strings make a record malformed, where they are read."""
    lines = [b'{"b":%d,"a":"%s"}\n' % (i, b"x" * size) for i, size in enumerate((20_000_000, 30_000_000, 1))]
    path = write(tmp_path / "long.json", b"".join(lines))
    rows = spark.read.schema("a STRING, b INT").json(path).selectExpr("length(a)", "b").collect()
    assert [tuple(r) for r in rows] == [(20_000_000, 0), (None, None), (1, 2)]
    assert [r.b for r in spark.read.schema("b INT").json(path).collect()] == [0, 1, 2]
    assert spark.read.json(path).columns == ["_corrupt_record", "a", "b"]
    alive(spark)


def test_json_of_very_many_names(spark, tmp_path):
    """What is done for a column must not take time that grows with the number of columns."""
    path = write(tmp_path / "wide.json", b"{%s}\n" % b",".join(b'"k%d":1' % (i * 7919 % 50_000) for i in range(50_000)))
    assert len(spark.read.json(path).schema) == 50_000
    alive(spark)


# Recorded from Spark, which gives these errors no condition.
@pytest.mark.parametrize("encoding, separator, message", [
    ("UTF-16", None, "The UTF-16 encoding must not be included in the denyList when multiLine is disabled"),
    ("utf-32", "\n", "The utf-32 encoding must not be included in the denyList when multiLine is disabled"),
    ("UTF-16LE", None, "The lineSep option must be specified for the UTF-16LE encoding"),
    ("ISO-8859-1", None, "The lineSep option must be specified for the ISO-8859-1 encoding"),
])
def test_json_lines_that_cannot_be_found(spark, tmp_path, encoding, separator, message):
    path = write(tmp_path / "a.json", b'{"a":"x"}\n')
    reader = spark.read.option("encoding", encoding)
    if separator:
        reader = reader.option("lineSep", separator)
    for read in (lambda: reader.json(path).schema, lambda: reader.schema("a STRING").json(path).collect()):
        with pytest.raises(IllegalArgumentException, match=f"requirement failed: {message}"):
            read()


@pytest.mark.firesteel
def test_what_is_no_text_is_sent_as_text(spark, tmp_path):
    """Spark sends the bytes of lines and of malformed JSON records as they are, which no client can decode."""
    path = write(tmp_path / "a.json", b'{"a":"x\x80"}\n{"a":"y"}\n\xed\xa0\x80\n')
    rows = spark.read.schema("a STRING, _corrupt_record STRING").json(path).collect()
    assert [tuple(r) for r in rows] == [(None, '{"a":"x\ufffd"}'), ("y", None), (None, "\ufffd")]
    assert [r.value for r in spark.read.text(path).collect()] == ['{"a":"x\ufffd"}', '{"a":"y"}', "\ufffd"]
    assert spark.read.format("text").option("wholetext", True).load(path).count() == 1
