"""Makes the files that golden cases read under {DATA}. Small, deterministic, written by pyarrow at run time."""
import atexit
import datetime
import decimal
import os
import shutil
import tempfile


def _tables():
    import pyarrow as pa

    d = decimal.Decimal
    people = pa.table({
        "id": pa.array([1, 2, 3, 4, 5], pa.int64()),
        "name": pa.array(["Ann", "Bob", "Cid", None, "Eve"]),
        "age": pa.array([30, 41, None, 17, 30], pa.int32()),
        "city": pa.array(["Rome", "Oslo", "Rome", None, "Oslo"]),
        "salary": pa.array([d("1000.50"), d("2000.00"), None, d("0.01"), d("99999.99")], pa.decimal128(10, 2)),
    })
    orders = pa.table({
        "order_id": pa.array([10, 11, 12, 13, 14, 15], pa.int32()),
        "person_id": pa.array([1, 1, 2, 5, 9, None], pa.int64()),
        "amount": pa.array([5.5, 7.25, 0.0, None, 3.0, 1.0], pa.float64()),
        "day": pa.array([datetime.date(2024, 1, i) for i in (1, 2, 2, 29, 30, 31)], pa.date32()),
    })
    utc = datetime.timezone.utc
    every_type = pa.table({
        "b": pa.array([True, False, None]),
        "i8": pa.array([1, -128, None], pa.int8()),
        "i16": pa.array([1, -32768, None], pa.int16()),
        "i32": pa.array([1, -2147483648, None], pa.int32()),
        "i64": pa.array([1, -9223372036854775808, None], pa.int64()),
        "f32": pa.array([1.5, float("-inf"), None], pa.float32()),
        "f64": pa.array([1.5, float("nan"), None], pa.float64()),
        "dec": pa.array([d("1.25"), d("-12345678901234567890.12"), None], pa.decimal128(22, 2)),
        "s": pa.array(["x", "\u00e9\u4e2d\U0001f600", None]),
        "bin": pa.array([b"\x00\xff", b"", None], pa.binary()),
        "d": pa.array([datetime.date(2024, 2, 29), datetime.date(1582, 10, 4), None], pa.date32()),
        "ts": pa.array([datetime.datetime(2024, 2, 29, 12, 0, 0, 123456, utc), datetime.datetime(1970, 1, 1, tzinfo=utc), None],
                       pa.timestamp("us", "UTC")),
        "ntz": pa.array([datetime.datetime(2024, 2, 29, 12, 0), datetime.datetime(1900, 1, 1), None], pa.timestamp("us")),
        "arr": pa.array([[1, None, 3], [], None], pa.list_(pa.int32())),
        "m": pa.array([[("a", 1), ("b", None)], [], None], pa.map_(pa.string(), pa.int32())),
        "st": pa.array([{"x": 1, "y": "a"}, {"x": None, "y": None}, None], pa.struct([("x", pa.int32()), ("y", pa.string())])),
    })
    return {"people": people, "orders": orders, "every_type": every_type}


def make_data(folder=None):
    """Writes the files and gives back the folder; a temporary one lives until the process ends."""
    import pyarrow.parquet as pq

    if folder is None:
        folder = tempfile.mkdtemp(prefix="firesteel-golden-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.makedirs(folder, exist_ok=True)
    tables = _tables()
    for name, table in tables.items():
        pq.write_table(table, os.path.join(folder, f"{name}.parquet"))
    # A folder of several files, as Spark writes them, with a marker file that readers skip.
    many = os.path.join(folder, "orders_dir")
    os.makedirs(many, exist_ok=True)
    for i in range(3):
        pq.write_table(tables["orders"].slice(i * 2, 2), os.path.join(many, f"part-0000{i}.snappy.parquet"))
    open(os.path.join(many, "_SUCCESS"), "w").close()
    # Hive-style partitions.
    for year in (2023, 2024):
        part = os.path.join(folder, "by_year", f"year={year}")
        os.makedirs(part, exist_ok=True)
        pq.write_table(tables["people"].select(["id", "name"]).slice(0 if year == 2023 else 2, 2), os.path.join(part, "p.parquet"))
    with open(os.path.join(folder, "broken.parquet"), "wb") as f:
        f.write(b"this is not Parquet")
    os.makedirs(os.path.join(folder, "empty_dir"), exist_ok=True)
    return folder
