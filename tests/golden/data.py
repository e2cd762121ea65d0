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
    _write_text_files(os.path.join(folder, "text"))
    return folder


def _write_text_files(folder):
    """What the cases of tests/golden/files read: CSV, JSON and text with all that goes wrong in them."""
    import bz2
    import gzip

    files = {
        "a.csv": 'id,name,score\n1,Ann,1.5\n2,"Bob, Jr",\n3,,2\n\n4,Dee,x,extra\n5\n',
        "dup.csv": "a,a,,b,A\n1,2,3,4,5\n",
        "empty.csv": "",
        "header_only.csv": "a,b\n",
        "blank.csv": "\n\n \n",
        "line_ends.csv": "a,b\r\n1,2\r3,4\n",
        "multi.csv": 'a,b\n1,"x\ny"\n2,"p\r\nq"\n3,z\n',
        "multi_crlf.csv": 'a,b\r\n1,"x\r\ny"\r\n2,"p\nq"\r\n',
        "types.csv": "i,l,d,dec,s,b,dt,ts,mix,neg,z,e\n"
                     "1,3000000000,1.5,12345678901234567890,x,true,2020-01-02,2020-01-02 03:04:05,1,-5,007,1e3\n"
                     "2,1,2,1,y,FALSE,2021-12-31,2020-01-02T03:04:05Z,2.5,+5,08,2E-3\n,,,,,,,,,,,\n",
        "mixed.csv": "2020-01-02,2020-01-02,1,1,true,Inf,2020\n2020-01-02 03:04:05,x,true,1.5,1,NaN,2021\n",
        "zones.csv": "2020-01-02 03:04:05+01:00,2020-01-02 03:04:05\n2020-01-02 03:04:05,2020-01-02T03:04:05Z\n",
        "quotes.csv": '"a""b",\'c\'\n"a\\"b","x"y\n"open,z\n # no,#yes\n#comment,1\n"a" ,"b" z\nNA,"NA"\n"",\n',
        "bars.csv": 'a||b||"c||d"\n|||\n',
        "bom.csv": b"\xef\xbb\xbfa,b\n1,2\n",
        "latin1.csv": "a,\u00e9\n".encode("latin1"),
        "utf16.csv": "a,\u00e9\nb,c\n".encode("utf-16"),
        "zip.csv.gz": gzip.compress(b"a,b\n1,2\n", mtime=0),
        "zip.csv.bz2": bz2.compress(b"a,b\n1,2\n"),
        "broken.csv.gz": b"a,b\n",
        "dates.csv": "02/01/2020,02/01/2020 03:04\n2020-01-02,x\n",
        "a.json": '{"a":1,"b":"x","c":[1,2.5],"d":{"e":true,"f":null}}\n\n{"a":2.5,"b":3,"z":null}\nnot json\n'
                  '[{"a":7},{"a":8,"b":"y"}]\n{"a":"s"}\n"str"\nnull\n{}\n',
        "types.json": '{"t":"2020-01-02T03:04:05Z","d":"2020-01-02","n":12345678901234567890,"f":1.10,"o":{"x":1}}\n',
        "array.json": '[\n{"a":1},\n{"a":2}\n]\n',
        "case.json": '{"a":1,"A":2}\n',
        "raw.json": '{"a": {"x" : 1.50, "y":[ 1 , 2 ]} , "b": 1.50 }\n',
        "loose.json": "{a:1,'b':'x',c:007,d:NaN,e:\"\\q\"} // c\n",
        "single.json": "{'a':'x'}\n",
        "nested.json": '{"s":{"x":"bad","y":2},"b":1,"arr":[1,"q",3],"m":{"k":1,"l":"x"}}\n',
        "empty.json": "",
        "lines.txt": "one\ntwo\r\n\nfour",
        "semicolons.txt": "one;two;;four",
        "hidden/_skipped.csv": "no\n",
        "hidden/.skipped.csv": "no\n",
        "hidden/seen.csv": "yes\n",
        "deep/x/y/a.csv": "1\n",
        "over/x=1/a.csv": "x,y\n9,8\n",
        "over_json/x=1/a.json": '{"x":9,"y":8}\n',
        "two_bases/a=1/a.csv": "v\n",
        "two_bases/z/a.csv": "v\n",
        "two_names/a=1/b=2/a.csv": "v\n",
        "two_names/b=1/a=2/a.csv": "v\n",
    }
    null = "__HIVE_DEFAULT_PARTITION__"
    partitions = {
        "typed": ["d=2020-01-02/t=2020-01-02 03%3A04%3A05/n=1", "d=2020-01-03/t=2020-01-02 03%3A04%3A05/n=3000000000",
                  f"d={null}/t={null}/n={null}"],
        "escaped": ["s=a%2Fb", "s=%41", "s=1"],
        "doubles": ["x=1.5", "x=2"],
        "decimals": ["x=12345678901234567890", "x=2"],
        "zeros": ["x=01", "x=2"],
        "words": ["x=true", "x=false"],
    }
    for name, folders in partitions.items():
        for i, part in enumerate(folders):
            files[f"{name}/{part}/a.csv"] = f"v{i}\n"
    files.update(_damaged_text_files())
    for name, content in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(content if isinstance(content, bytes) else content.encode())


def _damaged_text_files():
    """Bytes that are no text of their encoding, byte order marks, and line ends that do not go together."""
    bom = b"\xef\xbb\xbf"
    two = '{"a":"x","b":1}\n{"a":"\u00e9","b":2}\n'
    files = {
        "bytes.csv": b'h\x80,b\n\xed\xa0\x80|\xed\xb0|,x\n"a\x80b",\xc0\xaf\n"\xe2\x82",\xf4\x90\x80\x80\nx,\xf0\x9f\x98',
        "marks.csv": bom + bom + b"a,b\n1,2\n",
        "mark_only.csv": bom,
        "mark_latin1.csv": bom + b"a,\xe9\n1,2\n",
        "mark_second/1.csv": b"a,b\n1,2\n3,4\n",
        "mark_second/2.csv": bom + b"a,b\n5,6\n",
        "header_second/1.csv": b"a,b\n1,2\n3,4\n",
        "header_second/2.csv": b"b,a\n5,6\n",
        "header_again.csv": b"1,2\n1,2\n1,2\n",
        "tab_first.csv": b"  \n\t\na,b\n1,2\n",
        "cr.csv": b'1,"x\ry"\r2,z\r',
        "cr_mixed.csv": b"1,2\r3,4\n5,6\r\n7,8\n\r9,0",
        "cr_twice.csv": b"1,2\r\r\n3,4\r\r\r\n",
        "cr_fields.csv": b"1\r,2\n3,\r4\n",
        "crlf_mixed.csv": b'1,2\r\n\n3,4\r\n5\n,6\r\n"7"\n8,"x\r\ny"\r\n9,0\n',
        "spaces.csv": b"  \n1,2\n \t\n3,4\n   ",
        "wide.csv": b"1,2\n1,2,3\n",
        "lone_quote.csv": b'1,2\n"a"b,2\n',
        "utf16le.csv": "a,\u00e9\nb,c\n".encode("utf-16-le"),
        "bytes.json": b'{"a":"x\x80y","b":1}\n{"b":2,"a":"\xf0\x9f\x98"}\n{"a":"\xe2\x82","b":3}\n{"a":"ok","b":4}\n'
                      b'{"z":"\xe2\x82","b":5}\n{"a\x80":"x","b":6}\n{"a":["\x80"],"b":7}\n{"b":8}\xff\n{"a":"\xed\xa0\x80","b":9}\n',
        "cut_escape.json": b'{"a":"\\u12","b":1}\n{"b":2,"a":"\\uzz"}\n{"c":"\\u1","b":3}\n{"a":"\\u1","b":4\n',
        "mark.json": bom + b'{"a":"x","b":1}\n' + bom + b'{"a":"y","b":2}\n',
        "marks.json": bom + bom + b'{"a":"x","b":1}\n',
        "minus_zero.json": b'{"d":-0,"f":-0,"e":-0.0,"i":-0}\n',
        "huge.json": b'{"n":3.5e38,"i":1}\n{"n":99999999999999999999999999999999999999.4,"i":2}\n'
                     b'{"n":99999999999999999999999999999999999999.5,"i":3}\n{"n":1e400,"i":4}\n',
        "huge.csv": b"3.5e38,1\n99999999999999999999999999999999999999.4,2\n1e400,3\n",
        "twice_inside.json": b'{"a":[{"c":1,"C":2}]}\n',
        "long_name.json": b'{"' + b"k" * 50001 + b'":1,"b":1}\n{"' + b"k" * 50000 + b'":1,"b":2}\n',
        "nothing.txt": b"",
        "mark.txt": bom + b"a\xc3\xa9;b\nc",
        "utf16le.txt": "a\nb".encode("utf-16-le"),
    }
    for charset in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"):
        files[f"{charset}.json"] = two.encode(charset)
    return {f"damaged/{name}": content for name, content in files.items()}
