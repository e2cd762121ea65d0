"""Data that goes to the server and comes back: createDataFrame, toPandas, toArrow, results read slowly."""
import datetime
import time

from closed_forms import below, letter
from mix import check, operation


@operation(5)
def rows_there_and_back(c):
    n = c.size(1, 20, 500)
    day = datetime.date(2020, 1, 1)
    rows = [(i, f"{c.name}-é{i}" if i % 5 else None, i * 0.5, day + datetime.timedelta(i), [i, None, c.mark], {c.name: i}) for i in range(n)]
    frame = c.spark.createDataFrame(rows, "id INT, s STRING, d DOUBLE, day DATE, a ARRAY<INT>, m MAP<STRING, INT>")
    check("rows there and back", sorted(map(tuple, frame.collect()), key=lambda row: row[0]), rows)


@operation(4)
def pandas_there_and_back(c):
    import pandas

    n = c.size(10, 1_000, 50_000)
    sent = pandas.DataFrame({"id": range(n), "x": [i * c.mark for i in range(n)], "s": [f"{c.name}{i % 7}" for i in range(n)]})
    frame = c.spark.createDataFrame(sent)
    back = frame.orderBy("id").toPandas()
    if not back.equals(sent):
        check("pandas there and back", back.describe().to_string(), sent.describe().to_string())
        check("pandas there and back", back.to_csv(), sent.to_csv())
        check("types of pandas", list(back.dtypes), list(sent.dtypes))
    check("sum of pandas", frame.agg({"x": "sum"}).collect()[0][0], below(n) * c.mark)


@operation(3)
def arrow_there_and_back(c):
    import pyarrow

    n = c.size(100, 20_000, 200_000)
    sent = pyarrow.table({"id": pyarrow.array(range(n), pyarrow.int64()),
                          "s": pyarrow.array([f"{c.name}-{i}" if i % 11 else None for i in range(n)])})
    back = c.spark.createDataFrame(sent).orderBy("id").toArrow()
    for column in ("id", "s"):
        check(f"arrow {column}", back.column(column).to_pylist() == sent.column(column).to_pylist(), True)


@operation(3)
def big_arrow(c):
    import numpy

    n = c.size(20_000, 300_000)
    table = c.spark.range(n).selectExpr("id", f"id * {c.mark} AS x", f"concat('{c.name}-', repeat('y', CAST(id % 100 AS INT))) AS s").toArrow()
    ids = table.column("id").to_numpy()
    check("rows of a big result", len(ids), n)
    check("big result in order", bool((ids == numpy.arange(n)).all()), True)
    check("big result marked", bool((table.column("x").to_numpy() == ids * c.mark).all()), True)
    import pyarrow.compute as compute

    lengths = compute.utf8_length(table.column("s")).to_numpy()
    check("texts of a big result", bool((lengths == len(c.name) + 1 + ids % 100).all()), True)
    check("texts of the client", compute.all(compute.starts_with(table.column("s"), c.name + "-")).as_py(), True)


@operation(2)
def big_pandas(c):
    n = c.size(5_000, 100_000)
    frame = c.spark.range(n).selectExpr("id", "id * 1.5D AS d", f"'{c.name}' AS name").toPandas()
    check("big pandas", (len(frame), frame["d"].sum(), set(frame["name"])), (n, 1.5 * below(n), {c.name}))


@operation(2)
def slow_reader(c):
    """Rests while it reads: the server must wait for it and lose nothing."""
    n, width = c.size(20_000, 60_000), c.random.choice([10, 500, 1_000])
    rows = c.spark.sql(f"SELECT id, {c.mark} AS mark, repeat(chr(CAST(65 + id % 26 AS INT)), {width}) AS text FROM range({n})").toLocalIterator()
    rests = {c.random.randrange(n) for _ in range(6)}
    read = 0
    for row in rows:
        if row[0] != read or row[1] != c.mark or len(row[2]) != width or row[2][0] != letter(read):
            check("row of a slow reader", tuple(row), (read, c.mark, letter(read) * width))
        if read in rests:
            time.sleep(c.random.uniform(0.2, 2))
        read += 1
    check("rows of a slow reader", read, n)


@operation(2)
def reader_that_stops(c):
    """Reads a little of a large result and lets it go."""
    width = c.random.choice([100, 1_000])
    rows = c.spark.sql(f"SELECT id, {c.mark} AS mark, repeat('z', {width}) AS text FROM range(2000000)").toLocalIterator()
    for expected in range(c.random.randrange(1, 2_000)):
        row = next(rows)
        check("row of a reader that stops", (row[0], row[1]), (expected, c.mark))
    rows.close()
    c.check_query(f"SELECT {c.mark}", [(c.mark,)])
