"""Writes of files: what Spark refuses without a condition, which golden files do not hold."""
import os

import pytest


def message_of(call):
    with pytest.raises(Exception) as failed:
        call()
    return str(failed.value).split("\n")[0]


def test_errors_without_a_condition(spark, tmp_path):
    path = str(tmp_path / "t")
    numbers = spark.range(3)
    assert "Can not create a Path from an empty string" in message_of(lambda: numbers.write.parquet(""))
    assert 'For input string: "foo"' in message_of(lambda: numbers.write.option("maxRecordsPerFile", "foo").parquet(path))
    assert "No value found for 'FOO'" in message_of(
        lambda: numbers.write.mode("overwrite").option("partitionOverwriteMode", "foo").parquet(path))
    assert "requirement failed: 'lineSep' cannot be an empty string." in message_of(
        lambda: spark.sql("select 'a'").write.option("lineSep", "").text(path))


@pytest.mark.firesteel
def test_physical_types(spark, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet

    path = str(tmp_path / "t")
    spark.sql("""select cast(1 as tinyint) a, cast(1 as smallint) b, 1 c, 1L d, 1.5bd e, cast(1 as decimal(20,3)) f, 'x' g,
                 X'41' h, date'2020-01-01' i, timestamp'2020-01-01 00:00:00' j, timestamp_ntz'2020-01-01 00:00:00' k,
                 interval '1' month l, interval '1' day m, array(1) n, map('a', 1) o, named_struct('X', 1, 'y', true) p
              """).write.parquet(path)
    file, = [name for name in os.listdir(path) if name.startswith("part")]
    schema = pyarrow.parquet.read_schema(os.path.join(path, file))
    assert [str(field.type) for field in schema] == [
        "int8", "int16", "int32", "int64", "decimal128(2, 1)", "decimal128(20, 3)", "string", "binary", "date32[day]",
        "timestamp[us, tz=UTC]", "timestamp[us]", "int32", "int64", "list<element: int32>",
        str(schema.field("o").type), "struct<X: int32, y: bool>"]
    assert schema.field("o").type.key_type == pa.string() and schema.field("o").type.item_type == pa.int32()


@pytest.mark.firesteel
def test_other_file_systems_are_refused(spark):
    assert "s3" in message_of(lambda: spark.range(3).write.parquet("s3://bucket/x"))


@pytest.mark.firesteel
def test_plain_file_as_target(spark, tmp_path):
    file = tmp_path / "f"
    file.write_text("x")
    with pytest.raises(Exception):
        spark.range(3).write.mode("append").parquet(str(file))
    assert file.read_text() == "x"
