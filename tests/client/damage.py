"""Files made to be damaged, the ways to damage them, and what a server may say of them."""
import datetime
import decimal
import random

# What a server may say of a file that cannot be read, or reads otherwise than it was written.
READ_ERRORS = {
    "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER", "FAILED_READ_FILE.NO_HINT", "FAILED_READ_FILE.FILE_NOT_EXIST",
    "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH",
}
# What a footer with a flipped byte may say of itself: types that Spark does not know, columns of other or of no names.
SCHEMA_ERRORS = {
    "_LEGACY_ERROR_TEMP_1172", "_LEGACY_ERROR_TEMP_1173", "_LEGACY_ERROR_TEMP_1174", "PARQUET_TYPE_ILLEGAL",
    "PARQUET_TYPE_NOT_RECOGNIZED", "PARQUET_TYPE_NOT_SUPPORTED", "COLUMN_ALREADY_EXISTS",
}


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)
    return str(path)


def alive(spark):
    assert spark.sql("SELECT 1").collect()[0][0] == 1


def outcome_of(frame):
    """("rows", how many) or ("error", condition): what reading everything gives."""
    try:
        return "rows", frame().toArrow().num_rows
    except Exception as error:
        condition = error.getCondition() if hasattr(error, "getCondition") else None
        return "error", condition or f"{type(error).__name__}: {error}"


def table(rows):
    """Columns of most types, with nulls and nested values."""
    import pyarrow as pa

    chance = random.Random(rows)
    words = ["", "a", "déjà vu", "x" * 40, None]
    return pa.table({
        "i": pa.array(range(rows), pa.int32()),
        "l": pa.array([chance.randrange(1 << 60) for _ in range(rows)], pa.int64()),
        "d": pa.array([chance.random() for _ in range(rows)], pa.float64()),
        "b": pa.array([chance.choice([True, False, None]) for _ in range(rows)], pa.bool_()),
        "s": pa.array([chance.choice(words) for _ in range(rows)], pa.string()),
        "u": pa.array([f"row {chance.random()}" for _ in range(rows)], pa.string()),
        "n": pa.array([decimal.Decimal(chance.randrange(10**9)).scaleb(-2) for _ in range(rows)], pa.decimal128(20, 2)),
        "t": pa.array([datetime.datetime(2020, 1, 1) + datetime.timedelta(seconds=i) for i in range(rows)], pa.timestamp("us")),
        "a": pa.array([[k * i for k in range(i % 4)] if i % 7 else None for i in range(rows)], pa.list_(pa.int64())),
        "r": pa.array([{"x": i, "y": str(i)} if i % 5 else None for i in range(rows)],
                      pa.struct([("x", pa.int32()), ("y", pa.string())])),
        "m": pa.array([[(str(k), k) for k in range(i % 3)] for i in range(rows)], pa.map_(pa.string(), pa.int32())),
    })


def parquet_bytes(rows=300, **options):
    import pyarrow as pa
    import pyarrow.parquet

    sink = pa.BufferOutputStream()
    pa.parquet.write_table(table(rows), sink, row_group_size=120, **options)
    return sink.getvalue().to_pybytes()


def footer_begin(data):
    return len(data) - 8 - int.from_bytes(data[-8:-4], "little")


def flipped(data, chance, begin, end):
    """A copy with one to three bytes between the places changed: bits flipped, or any value."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(begin, end)
        out[at] = out[at] ^ 1 << chance.randrange(8) if chance.random() < 0.5 else chance.choice([0, 0xFF, 0x7F, 0x80, chance.randrange(256)])
    return bytes(out)
