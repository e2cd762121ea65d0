"""CSV, JSON and text that is cut, no text, endless or too deep: rows or a clear error, and the server goes on."""
import bz2
import gzip
import os
import zlib

import pytest
from damage import alive, outcome_of, write

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
