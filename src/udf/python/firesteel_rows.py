"""Kinds of functions whose rows Spark pickles (100, SQL_BATCHED_UDF, and 300, SQL_TABLE_UDF): Arrow in, Arrow out.

PySpark's own read_udfs and read_udtf make the functions. What differs is the way of the rows: columns become lists of
Python values as the function would see them pickled, and results become columns by the rules of Spark's
EvaluatePython.makeFromJava, where a value of another type is null.

Kind 100 gives a column `_i` a function. Kind 300 gives one column `_0`, an array of structs: a row for each row of the
input in its order, then one for what `terminate` gave, if there is such a method.
"""

import decimal
import itertools
import json

import firesteel_java as java
import numpy
import pyarrow as pa
import pyspark.worker as worker
from pyspark.serializers import write_int
from pyspark.sql import types as t
from pyspark.sql.conversion import ArrowTableToRowsConversion
from pyspark.sql.pandas.serializers import ArrowStreamSerializer
from pyspark.util import PythonEvalType, fail_on_stopiteration

START_ARROW_STREAM = -6
PYTHON_EXCEPTION_THROWN = -2
CONDITION_PREFIX = b"\0firesteel\0"  # no traceback begins so
ROWS_PER_BATCH = 10_000
_NONE = type(None)
_input_json = _output_json = None


def set_task(input_json, output_json):
    """Types of the next task: JSON of a struct each, or None where Arrow's own protocol serves."""
    global _input_json, _output_json
    _input_json, _output_json = input_json, output_json


def _task_types():
    """The types, which may be of classes in the session's files: parsed when these are on the path."""
    return t._parse_datatype_json_string(_input_json), t._parse_datatype_json_string(_output_json)


# Columns to Python.


def _masked(values, array):
    if array.null_count == 0:
        return values
    valid = array.is_valid().to_numpy(zero_copy_only=False).tolist()
    return [value if here else None for value, here in zip(values, valid)]


def _number_list(array):
    if array.null_count == 0:
        return array.to_numpy(zero_copy_only=False).tolist()
    return _masked(array.fill_null(pa.scalar(0).cast(array.type)).to_numpy(zero_copy_only=False).tolist(), array)


_FAST = frozenset({pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.float32(), pa.float64(), pa.bool_()})
_to_pylist = ArrowTableToRowsConversion._to_pylist


def _quick_pylist(array):
    """What to_pylist gives, which makes a scalar of Arrow's for each value."""
    if isinstance(array, pa.Array):
        if array.type in _FAST:
            return _number_list(array)
        if pa.types.is_string(array.type):
            return array.to_numpy(zero_copy_only=False).tolist()
    return _to_pylist(array)


ArrowTableToRowsConversion._to_pylist = staticmethod(_quick_pylist)


def _slices(array, values):
    offsets = array.offsets.to_numpy().tolist()
    first = offsets[0]
    return [values[begin - first:end - first] for begin, end in itertools.pairwise(offsets)]


def python_values(array, data_type, binary_as_bytes):
    """The column as a list of what a function sees."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if isinstance(data_type, (t.ByteType, t.ShortType, t.IntegerType, t.LongType, t.FloatType, t.DoubleType,
                              t.BooleanType)):
        return _number_list(array)
    if isinstance(data_type, t.UserDefinedType):
        inner = python_values(array, data_type.sqlType(), binary_as_bytes)
        return [None if value is None else data_type.deserialize(value) for value in inner]
    if isinstance(data_type, t.StructType):
        if not len(data_type):
            return _masked([t._create_row([], [])] * len(array), array)
        for field in data_type:
            if isinstance(field.dataType, t.YearMonthIntervalType) and array.null_count < len(array):
                field.dataType.fromInternal(None)  # PySpark refuses these inside structs
        fields = [python_values(array.field(i), field.dataType, binary_as_bytes) for i, field in enumerate(data_type)]
        names = data_type.names
        return _masked([t._create_row(names, values) for values in zip(*fields)], array)
    if isinstance(data_type, t.ArrayType):
        inner = _flat(array, array.values)
        return _masked(_slices(array, python_values(inner, data_type.elementType, binary_as_bytes)), array)
    if isinstance(data_type, t.MapType):
        keys = python_values(_flat(array, array.keys), data_type.keyType, binary_as_bytes)
        items = python_values(_flat(array, array.items), data_type.valueType, binary_as_bytes)
        entries = _slices(array, list(zip(keys, items)))
        hash_of = _key_hash(data_type.keyType)
        return _masked([dict(java.hash_order(each, hash_of)) for each in entries], array)
    if isinstance(data_type, t.StringType) and not pa.types.is_dictionary(array.type):
        return array.to_numpy(zero_copy_only=False).tolist()
    if isinstance(data_type, t.YearMonthIntervalType):  # sent as numbers: PyArrow has no class for such arrays
        return _number_list(array)
    if isinstance(data_type, t.CalendarIntervalType):
        return _masked([{"__class__": "org.apache.spark.unsafe.types.CalendarInterval"} for _ in range(len(array))], array)
    if isinstance(data_type, t.VariantType):
        parts = [[value and bytearray(value) for value in array.field(name).to_pylist()] for name in ("value", "metadata")]
        return _masked([t.VariantVal(*each) for each in zip(*parts)], array)
    convert = ArrowTableToRowsConversion._create_converter(
        data_type, none_on_identity=True, binary_as_bytes=binary_as_bytes)
    values = array.to_pylist()
    return values if convert is None else [convert(value) for value in values]


def _key_hash(data_type):
    """Spark hands a map over as a java.util.HashMap of its internal values."""
    if isinstance(data_type, t.FloatType):
        return java.float_hash
    if isinstance(data_type, t.LongType):
        return java.long_hash
    if isinstance(data_type, t.DateType):
        return lambda key: data_type.toInternal(key) & 0xFFFFFFFF
    if isinstance(data_type, (t.TimestampType, t.TimestampNTZType, t.DayTimeIntervalType, t.TimeType)):
        return lambda key: java.long_hash(data_type.toInternal(key))
    return java.hash_code


def _flat(array, values):
    begin, end = array.offsets[0].as_py(), array.offsets[-1].as_py()
    return values.slice(begin, end - begin)


def _rows(batch, struct, binary_as_bytes):
    columns = [python_values(column, field.dataType, binary_as_bytes) for column, field in zip(batch.columns, struct)]
    return zip(*columns) if columns else itertools.repeat((), batch.num_rows)


# Python to columns.

_WIDTHS = {t.ByteType: 8, t.ShortType: 16, t.IntegerType: 32, t.LongType: 64}
_STORAGE = {t.ByteType: pa.int8(), t.ShortType: pa.int16(), t.IntegerType: pa.int32(), t.LongType: pa.int64(),
            t.FloatType: pa.float32(), t.DoubleType: pa.float64(), t.BooleanType: pa.bool_()}


def _wrapped(value, bits):
    """Java's narrowing: the lowest bits."""
    half = 1 << bits - 1
    return (value + half & (1 << bits) - 1) - half


def _integers(values, kinds, bits, storage):
    if kinds <= {int, _NONE}:
        try:
            return pa.array(values, storage)
        except (pa.ArrowInvalid, OverflowError):
            pass
    limit = 1 << 63
    return pa.array([_wrapped(value, bits) if type(value) is int and -limit <= value < limit else None
                     for value in values], storage)


def _only(values, kinds, kind, storage):
    if not kinds <= {kind, _NONE}:
        values = [value if type(value) is kind else None for value in values]
    # NaN is a value of its own, not a null: from_pandas stays off.
    return pa.array(values, storage)


def _bounded(values, bits, storage, arrow_type):
    half = 1 << bits - 1
    kept = [value if type(value) is int and -half <= value < half else None for value in values]
    return pa.array(kept, storage).view(arrow_type)


def _decimals(values, data_type):
    step = decimal.Decimal(1).scaleb(-data_type.scale)
    limit = decimal.Decimal(10) ** (data_type.precision - data_type.scale)
    context = decimal.Context(prec=100, rounding=decimal.ROUND_HALF_UP)
    kept = []
    for value in values:
        if type(value) is not decimal.Decimal or not value.is_finite():
            kept.append(None)
            continue
        exact = value
        if exact.adjusted() < data_type.precision + 1:
            value = exact.quantize(step, context=context)
        if value.copy_abs() >= limit:  # abs() would round
            raise java.ConditionError(
                "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION", roundedValue=format(value, "f"),
                originalValue=str(exact), precision=str(data_type.precision), scale=str(data_type.scale))
        kept.append(value)
    return pa.array(kept, pa.decimal128(data_type.precision, data_type.scale))


def _texts(values, kinds):
    if not kinds <= {str, _NONE}:
        values = [None if value is None else java.text(value) for value in values]
    return pa.array(values, pa.string())


def _bytes(values):
    kept = []
    for value in values:
        kind = type(value)
        kept.append(value.encode() if kind is str else bytes(value) if kind in (bytes, bytearray) else None)
    return pa.array(kept, pa.binary())


def _mask(values):
    return pa.array([value is None for value in values], pa.bool_())


def _lists(values, data_type):
    kept = []
    for value in values:
        kind = type(value)
        if kind in (bytes, bytearray):
            value = [each - 256 if each > 127 else each for each in value]
        kept.append(value if kind in (list, tuple, bytes, bytearray) else None)
    element = column(list(itertools.chain.from_iterable(filter(None, kept))), data_type.elementType)
    return pa.ListArray.from_arrays(_offsets(kept), element, mask=_mask(kept))


def _offsets(values):
    lengths = numpy.fromiter((len(value) if value else 0 for value in values), numpy.int64, len(values))
    offsets = numpy.zeros(len(values) + 1, numpy.int64)
    numpy.cumsum(lengths, out=offsets[1:])
    if offsets[-1] > 0x7FFFFFFF:
        raise OverflowError("more than 2147483647 elements in one batch")
    return pa.array(offsets, pa.int32())


def _maps(values, data_type):
    kept = [java.unpickled_order(value.items()) if type(value) is dict else None for value in values]
    entries = list(itertools.chain.from_iterable(filter(None, kept)))
    keys = column([key for key, _ in entries], data_type.keyType)
    if keys.null_count and isinstance(data_type.keyType, t.StringType):
        raise java.job_aborted('java.lang.NullPointerException: Cannot invoke '
                               '"org.apache.spark.unsafe.types.UTF8String.getBaseObject()" because "input" is null')
    if keys.null_count:  # Spark does not look: what lies below the null shows
        keys = _without_nulls(keys)
    items = column([item for _, item in entries], data_type.valueType)
    offsets = _offsets(kept)
    if None in kept:  # a null map is one whose offset is null
        nulls = numpy.array([value is None for value in kept] + [False])
        offsets = pa.array(offsets.to_numpy(), pa.int32(), mask=nulls)
    return pa.MapArray.from_arrays(offsets, keys, items)


def _without_nulls(keys):
    if pa.types.is_nested(keys.type):
        raise ValueError("a null as key of a map")
    below = pa.array([0]) if not (pa.types.is_string(keys.type) or pa.types.is_binary(keys.type)) else pa.array([b""])
    return keys.fill_null(below.cast(keys.type)[0])


def _structs(values, data_type):
    size = len(data_type)
    empty = (None,) * size
    kept = [value if type(value) is tuple else None for value in values]
    for value in kept:
        if value is not None and len(value) != size:
            raise java.ConditionError("STRUCT_ARRAY_LENGTH_MISMATCH", expected=str(size), actual=str(len(value)))
    rows = [empty if value is None else value for value in kept]
    fields = zip(*rows) if rows else ((),) * size
    children = [column(list(each), field.dataType) for each, field in zip(fields, data_type)]
    return struct_array(children, data_type, _mask(kept), len(values))


def struct_array(children, data_type, mask, rows):
    fields = [pa.field(field.name, child.type, True) for field, child in zip(data_type, children)]
    if not fields:
        return pa.array([{}] * rows, pa.struct([])) if not mask.true_count else pa.array(
            [None if each else {} for each in mask.to_pylist()], pa.struct([]))
    return pa.StructArray.from_arrays(children, fields=fields, mask=mask)


def _variants(values):
    fields = [[], []]
    for value in values:
        parts = [value.get(name) for name in ("value", "metadata")] if type(value) is dict else [None]
        good = all(type(part) in (bytes, bytearray) for part in parts)
        fields[0].append(bytes(parts[0]) if good else None)
        fields[1].append(bytes(parts[1]) if good else None)
    mask = _mask(fields[0])
    metadata = [each or b"" for each in fields[1]]
    return pa.StructArray.from_arrays(
        [pa.array([each or b"" for each in fields[0]], pa.binary()), pa.array(metadata, pa.binary())],
        fields=[pa.field("value", pa.binary(), False), pa.field("metadata", pa.binary(), False, {b"variant": b"true"})],
        mask=mask)


def column(values, data_type):
    """Values of whatever types as a column of the type, as Spark would take them over."""
    kinds = set(map(type, values))
    if not kinds <= java._PLAIN:  # Spark pickles every value, whatever becomes of it
        values = [java.unpickled(value) for value in values]
        kinds = set(map(type, values))
    family = type(data_type)
    if family in _WIDTHS:
        return _integers(values, kinds, _WIDTHS[family], _STORAGE[family])
    if family in (t.FloatType, t.DoubleType):
        return _only(values, kinds, float, _STORAGE[family])
    if family is t.BooleanType:
        return _only(values, kinds, bool, _STORAGE[family])
    if isinstance(data_type, (t.StringType, t.CharType, t.VarcharType)):
        return _texts(values, kinds)
    if family is t.BinaryType:
        return _bytes(values)
    if family is t.DecimalType:
        return _decimals(values, data_type)
    if family is t.DateType:
        return _bounded(values, 32, pa.int32(), pa.date32())
    if family is t.TimestampType:
        return _bounded(values, 64, pa.int64(), pa.timestamp("us", tz="UTC"))
    if family is t.TimestampNTZType:
        return _bounded(values, 64, pa.int64(), pa.timestamp("us"))
    if family is t.DayTimeIntervalType:
        return _bounded(values, 64, pa.int64(), pa.duration("us"))
    if family is t.TimeType:
        return _bounded(values, 64, pa.int64(), pa.time64("ns"))
    if family is t.YearMonthIntervalType:
        return _bounded(values, 32, pa.int32(), pa.int32())
    if family is t.ArrayType:
        return _lists(values, data_type)
    if family is t.MapType:
        return _maps(values, data_type)
    if family is t.StructType:
        return _structs(values, data_type)
    if family is t.VariantType:
        return _variants(values)
    if family is t.NullType:
        return pa.nulls(len(values))
    raise TypeError(f"{data_type.simpleString()} is not a result of a function whose rows are pickled")


# Streams.


def _large(data_type):
    """The type with 64-bit offsets of texts and bytes, at every depth."""
    if pa.types.is_string(data_type):
        return pa.large_string()
    if pa.types.is_binary(data_type):
        return pa.large_binary()
    if pa.types.is_list(data_type):
        return pa.list_(_large_field(data_type.value_field))
    if pa.types.is_map(data_type):
        return pa.map_(_large_field(data_type.key_field), _large_field(data_type.item_field))
    if pa.types.is_struct(data_type):
        return pa.struct([_large_field(data_type.field(i)) for i in range(data_type.num_fields)])
    return data_type


def _large_field(field):
    return field.with_type(_large(field.type))


_load_stream = ArrowStreamSerializer.load_stream
_wants_large_types = False


def _load_stream_of_types(self, stream):
    """Spark writes large types where the session wants them; the server's batches never have them."""
    for batch in _load_stream(self, stream):
        yield batch.cast(pa.schema(map(_large_field, batch.schema))) if _wants_large_types else batch


ArrowStreamSerializer.load_stream = _load_stream_of_types


class _Batches:
    """Reads and writes plain Arrow streams, as PySpark's ArrowStreamSerializer does."""

    def load_stream(self, stream):
        yield from pa.ipc.open_stream(stream)

    def dump_stream(self, batches, stream):
        writer = None
        try:
            for batch in batches:
                if writer is None:
                    write_int(START_ARROW_STREAM, stream)
                    writer = pa.RecordBatchStreamWriter(stream, batch.schema)
                writer.write_batch(batch)
        finally:
            if writer is not None:
                writer.close()


def _calls_by_rows(function, struct_in, struct_out, binary_as_bytes):
    """Several functions: PySpark calls all of them for a row before it takes the next row."""

    def process(split_index, batches):
        count = len(struct_out)
        names = [f"_{i}" for i in range(count)]
        for batch in batches:
            results = list(function(split_index, _rows(batch, struct_in, binary_as_bytes)))
            columns = [results] if count == 1 else [list(each) for each in zip(*results)] or [[]] * count
            arrays = [column(values, field.dataType) for values, field in zip(columns, struct_out)]
            yield pa.RecordBatch.from_arrays(arrays, names)

    return process


def _single_call(call, offsets, convert, struct_in, result_type, binary_as_bytes):
    """One function, without PySpark's four calls around each of the user's."""

    @fail_on_stopiteration
    def evaluate(arguments, rows):
        if not offsets:
            results = [call() for _ in range(rows)] if convert is None else [convert(call()) for _ in range(rows)]
        elif len(offsets) == 1 and convert is None:
            results = [call(value) for value in arguments[0]]
        elif convert is None:
            results = [call(*values) for values in zip(*arguments)]
        else:
            results = [convert(call(*values)) for values in zip(*arguments)]
        return results

    needed = sorted(set(offsets))

    def process(_, batches):
        for batch in batches:
            columns = {at: python_values(batch.column(at), struct_in[at].dataType, binary_as_bytes) for at in needed}
            results = evaluate([columns[at] for at in offsets], batch.num_rows)
            yield pa.RecordBatch.from_arrays([column(results, result_type)], ["_0"])

    return process


def _table_function(function, struct_in, struct_out, binary_as_bytes):
    element = t.ArrayType(struct_out)

    def process(split_index, batches):
        rows = itertools.chain.from_iterable(_rows(batch, struct_in, binary_as_bytes) for batch in batches)
        pending, held = [], 0
        for result in function(split_index, rows):
            pending.append(result)
            held += len(result) + 1
            if held >= ROWS_PER_BATCH:
                yield pa.RecordBatch.from_arrays([column(pending, element)], ["_0"])
                pending, held = [], 0
        if pending:
            yield pa.RecordBatch.from_arrays([column(pending, element)], ["_0"])

    return process


_read_udfs, _read_udtf = worker.read_udfs, worker.read_udtf


def read_udfs(serializer, infos, eval_type, runner_conf, eval_conf):
    global _wants_large_types
    _wants_large_types = runner_conf.use_large_var_types
    if eval_type != PythonEvalType.SQL_BATCHED_UDF:
        return _read_udfs(serializer, infos, eval_type, runner_conf, eval_conf)
    binary_as_bytes = runner_conf.binary_as_bytes
    struct_in, struct_out = _task_types()
    if len(infos) == 1:
        # As kind 101 reads it: the function itself, with its profiler if there is one.
        function, arguments, named, result_type = worker.read_single_udf(
            serializer, infos[0], PythonEvalType.SQL_ARROW_BATCHED_UDF, runner_conf, udf_index=0)
        call, offsets = worker.wrap_kwargs_support(function, arguments, named)
        convert = result_type.toInternal if result_type.needConversion() else None
        process = _single_call(call, list(offsets), convert, struct_in, struct_out[0].dataType, binary_as_bytes)
    else:
        function = _read_udfs(serializer, infos, eval_type, runner_conf, eval_conf)[0]
        process = _calls_by_rows(function, struct_in, struct_out, binary_as_bytes)
    batches = _Batches()
    return process, None, batches, batches


def read_udtf(serializer, info, eval_type, runner_conf, eval_conf):
    global _wants_large_types
    _wants_large_types = runner_conf.use_large_var_types
    made = _read_udtf(serializer, info, eval_type, runner_conf, eval_conf)
    if eval_type != PythonEvalType.SQL_TABLE_UDF:
        return made
    batches = _Batches()
    return _table_function(made[0], *_task_types(), runner_conf.binary_as_bytes), None, batches, batches


worker.read_udfs, worker.read_udtf = read_udfs, read_udtf


def _handle_exception(error, sink, hide_traceback=None):
    if isinstance(error, java.ConditionError):
        text = json.dumps({"condition": error.condition, "parameters": error.parameters}).encode()
        write_int(PYTHON_EXCEPTION_THROWN, sink)
        write_int(len(CONDITION_PREFIX) + len(text), sink)
        sink.write(CONDITION_PREFIX + text)
    else:
        _original_handler(error, sink, hide_traceback)


_original_handler = worker.handle_worker_exception
worker.handle_worker_exception = _handle_exception


def rehearse():
    """Runs once what every task runs, so that forked workers find it done."""
    struct = t.StructType([t.StructField("a", t.LongType()), t.StructField("b", t.StringType())])
    batch = pa.RecordBatch.from_arrays([pa.array([1, None]), pa.array(["x", None])], ["a", "b"])
    rows = list(_rows(batch, struct, True))
    column([row[0] for row in rows], t.LongType())
    column(rows, struct)
    batch.column(0).to_pandas()
    sink = pa.BufferOutputStream()
    _Batches().dump_stream([], sink)
    with pa.RecordBatchStreamWriter(sink, batch.schema) as writer:
        writer.write_batch(batch)
    list(_Batches().load_stream(pa.BufferReader(sink.getvalue())))
