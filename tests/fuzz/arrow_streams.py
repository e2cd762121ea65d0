"""Arrow IPC streams of every type, as pyarrow writes them: with nulls, dictionaries, nesting, compression, several batches."""
import datetime
import decimal
import io

import pyarrow as pa


def arrays():
    """(name, array) for every type that Arrow has, whether the server takes it or not."""
    d, day = decimal.Decimal, datetime.date
    moment = datetime.datetime(2024, 2, 29, 12, 0, 0, 123456)
    numbers = {"i8": pa.int8(), "i16": pa.int16(), "i32": pa.int32(), "i64": pa.int64(), "u8": pa.uint8(), "u16": pa.uint16(),
               "u32": pa.uint32(), "u64": pa.uint64(), "f32": pa.float32(), "f64": pa.float64()}
    for name, kind in numbers.items():
        yield name, pa.array([1, None, 100], kind)
    yield "f16", pa.array([1.5, -0.0, 65504.0], pa.float32()).cast(pa.float16())
    yield "bool", pa.array([True, None, False])
    yield "null", pa.nulls(3)
    for kind in (pa.string(), pa.large_string(), pa.string_view()):
        yield str(kind), pa.array(["x", None, "é中 and more than twelve bytes"], kind)
    for kind in (pa.binary(), pa.large_binary(), pa.binary_view(), pa.binary(2)):
        yield str(kind), pa.array([b"\x00\xff", None, b"ab"], kind)
    for kind in (pa.decimal128(10, 2), pa.decimal128(38, 0), pa.decimal256(38, 10), pa.decimal32(5, 1), pa.decimal64(18, 4)):
        yield str(kind), pa.array([d("1.5"), None, d("-3")] if kind.scale else [d(1), None, d(-3)], kind)
    yield "date32", pa.array([day(2024, 2, 29), None, day(1, 1, 1)], pa.date32())
    yield "date64", pa.array([day(2024, 2, 29), None, day(1, 1, 1)], pa.date64())
    for unit in ("s", "ms", "us", "ns"):
        yield f"timestamp {unit}", pa.array([1, None, -1], pa.timestamp(unit))
        yield f"zoned {unit}", pa.array([1, None, -1], pa.timestamp(unit, "Europe/Berlin"))
        yield f"duration {unit}", pa.array([1, None, -1], pa.duration(unit))
    yield "zoned", pa.array([moment, None], pa.timestamp("us", "UTC"))
    for kind in (pa.time32("s"), pa.time32("ms"), pa.time64("us"), pa.time64("ns")):
        yield str(kind), pa.array([1, None, 86399], kind)
    yield "interval", pa.array([(1, 2, 3), None], pa.month_day_nano_interval())
    yield "dictionary", pa.array(["a", "b", None, "a"]).dictionary_encode()
    yield "small dictionary", pa.DictionaryArray.from_arrays(pa.array([0, 1, None], pa.int8()), pa.array([1.5, 2.5]))
    yield from nested()


def nested():
    ints = pa.int32()
    for kind in (pa.list_(ints), pa.large_list(ints), pa.list_(ints, 2), pa.list_view(ints)):
        yield str(kind), pa.array([[1, None], None, [3, 4]], kind)
    yield "map", pa.array([[("a", 1), ("b", None)], [], None], pa.map_(pa.string(), ints))
    struct = pa.struct([("x", ints), ("y", pa.string())])
    yield "struct", pa.array([{"x": 1, "y": "a"}, {"x": None, "y": None}, None], struct)
    yield "empty struct", pa.array([{}, None], pa.struct([]))
    yield "deep", pa.array([[[{"x": 1, "y": "a"}], []], None], pa.list_(pa.list_(struct)))
    yield "map of structs", pa.array([[(1, {"x": 1, "y": "b"})]], pa.map_(ints, struct))
    variant = pa.struct([pa.field("value", pa.binary(), False),
                         pa.field("metadata", pa.binary(), False, metadata={b"variant": b"true"})])
    yield "variant", pa.array([{"value": b"\x0c\x01", "metadata": b"\x01\x00\x00"}], variant)
    yield "list of dictionaries", pa.ListArray.from_arrays([0, 2, 3], pa.array(["a", "b", "a"]).dictionary_encode())
    yield "run ends", pa.RunEndEncodedArray.from_arrays([2, 3], [1, 2])
    yield "dense union", pa.UnionArray.from_dense(pa.array([0, 1], pa.int8()), pa.array([0, 0], pa.int32()),
                                                  [pa.array([1]), pa.array(["a"])])


def stream(batches, **options):
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, batches[0].schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue()


def arrow_streams():
    """The bytes of the streams."""
    columns = []
    for name, array in arrays():
        columns.append(array)
        batch = pa.record_batch([array], [name])
        yield stream([batch])
        yield stream([batch.slice(1), batch.slice(0, 1)])
    wide = [pa.concat_arrays([column] * 3).slice(0, 2) for column in columns[:30]]
    batch = pa.record_batch(wide, [f"c{i}" for i in range(len(wide))])
    yield stream([batch])
    for codec in ("lz4", "zstd"):
        long = pa.record_batch([pa.array(list(range(100))), pa.array(["text"] * 100), pa.array([[1, 2]] * 100)], ["a", "b", "c"])
        yield stream([long], compression=codec)
        yield stream([batch, batch], compression=codec)
    yield stream([pa.record_batch([pa.array(["a", "b"]).dictionary_encode()], ["d"]),
                  pa.record_batch([pa.array(["c", "d", None]).dictionary_encode()], ["d"])], emit_dictionary_deltas=True)
    yield stream([batch], metadata_version=pa.ipc.MetadataVersion.V4)
    yield stream([batch], use_legacy_format=True)
    yield stream([pa.record_batch([], schema=pa.schema([]))])
