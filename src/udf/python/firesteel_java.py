"""What Java makes of Python's values where Spark hands them over pickled: texts, orders of maps, refusals.

Spark's unpickler is Razorvine's; values then pass EvaluatePython.makeFromJava. The answers here are those of Apache
Spark 4.3 (tests/golden holds recordings).
"""

import datetime
import decimal
import pickle
import struct
import sys
import types

from pyspark.cloudpickle import cloudpickle
from pyspark.util import print_exec

_PLAIN = frozenset({type(None), bool, int, float, str, bytes, bytearray, list, tuple, dict, set, frozenset, complex, type,
                    decimal.Decimal, datetime.date, datetime.datetime, datetime.time, datetime.timedelta,
                    pickle.PickleBuffer})


class ConditionError(Exception):
    """What Spark's JVM, not the user's code, would raise: a condition of its table with its parameters."""

    def __init__(self, condition, **parameters):
        super().__init__(condition)
        self.condition, self.parameters = condition, parameters


def job_aborted(failure):
    """An exception of Java's own in Spark's task; `failure` is its text with its class."""
    return ConditionError("_LEGACY_ERROR_JOB_ABORTED", failure=failure)


def _reduced(value):
    """How an object is pickled; as PySpark's CloudPickleSerializer refuses what cannot be."""
    try:
        return value.__reduce_ex__(pickle.HIGHEST_PROTOCOL)
    except pickle.PickleError:
        raise
    except Exception as e:
        message = f"Could not serialize object: {type(e).__name__}: {e}"
        print_exec(sys.stderr)
        raise pickle.PicklingError(message)


def _refuse(made_by):
    raise job_aborted(
        "net.razorvine.pickle.PickleException: expected zero arguments for construction of ClassDict (for "
        f"{made_by.__module__}.{made_by.__qualname__}). This happens when an unsupported/unregistered class is being "
        "unpickled that requires construction arguments. Fix it by registering a custom IObjectConstructor for this "
        "class.")


def unpickled(value):
    """What Java sees of a value that is pickled: of an object a map of its class and its state. Raises ConditionError for
    what Java cannot build: objects whose class wants arguments, classes that are pickled whole."""
    if type(value) in _PLAIN and not isinstance(value, type):
        return value
    if isinstance(value, (types.FunctionType, types.BuiltinFunctionType, pickle.PickleBuffer)):
        return value
    if isinstance(value, type):
        if not cloudpickle._should_pickle_by_reference(value):
            _refuse(cloudpickle._make_skeleton_class)
        return value
    reduced = _reduced(value)
    if isinstance(reduced, str):  # a name in a module
        return value
    made_by, arguments = reduced[:2]
    for argument in arguments:
        unpickled(argument)
    if getattr(made_by, "__name__", "") == "__newobj__":
        made_by, arguments = arguments[0], arguments[1:]
    if arguments:
        _refuse(made_by)
    state = reduced[2] if len(reduced) > 2 else None
    return {**(state if isinstance(state, dict) else {}), "__class__": f"{made_by.__module__}.{made_by.__qualname__}"}


def double_text(value):
    """Double.toString."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return repr(value)
    if 1e-3 <= abs(value) < 1e7:
        text = format(decimal.Decimal(repr(value)), "f")
        return text if "." in text else text + ".0"
    sign, digits, exponent = decimal.Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, digits))
    exponent += len(digits) - 1
    return f"{'-' if sign else ''}{digits[0]}.{digits[1:] or '0'}E{exponent}"


def text(value):
    """Object.toString of what Java sees: what a string column holds of any other value."""
    kind = type(value)
    if kind is str:
        return value
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int or kind is decimal.Decimal:
        return str(value)
    if kind is float:
        return double_text(value)
    if kind is list:
        return "[" + ", ".join(map(text, value)) + "]"
    if kind is dict:
        return "{" + ", ".join(f"{text(key)}={text(item)}" for key, item in unpickled_order(value.items())) + "}"
    if kind in (set, frozenset):
        return "[" + ", ".join(text(key) for key, _ in hash_order([(key, None) for key in value])) + "]"
    if kind in (bytes, bytearray):
        return "[B@%x" % (id(value) >> 4 & 0xFFFFFFFF)
    if kind is tuple:
        return "[Ljava.lang.Object;@%x" % (id(value) >> 4 & 0xFFFFFFFF)
    if kind is datetime.datetime or kind is datetime.date:
        return _calendar_text(value)
    if kind is datetime.timedelta:
        whole = (value.days * 86400 + value.seconds + (1 << 31) & 0xFFFFFFFF) - (1 << 31)  # an int of Java's
        total = f"{whole + value.microseconds / 1e6:.6f}".rstrip("0").rstrip(".")
        return (f"Timedelta: {value.days} days, {value.seconds} seconds, {value.microseconds} microseconds "
                f"(total: {total} seconds)")
    if kind is datetime.time:
        return (f"Time: {value.hour} hours, {value.minute} minutes, {value.second} seconds, "
                f"{value.microsecond} microseconds")
    if kind is complex:
        return f"{double_text(value.real)}{'+' if value.imag >= 0 else ''}{double_text(value.imag)}i"
    seen = unpickled(value)
    return text(seen) if type(seen) is dict else str(value)


def _calendar_text(value):
    day = f"YEAR={value.year},MONTH={value.month - 1},WEEK_OF_YEAR=?,WEEK_OF_MONTH=?,DAY_OF_MONTH={value.day}"
    if type(value) is datetime.datetime:
        clock = (f"AM_PM={value.hour // 12},HOUR={value.hour % 12},HOUR_OF_DAY={value.hour},MINUTE={value.minute},"
                 f"SECOND={value.second},MILLISECOND={value.microsecond // 1000}")
    else:
        clock = "AM_PM=0,HOUR=0,HOUR_OF_DAY=0,MINUTE=0,SECOND=0,MILLISECOND=?"
    zone = ('sun.util.calendar.ZoneInfo[id="UTC",offset=0,dstSavings=0,useDaylight=false,transitions=0,'
            "lastRule=null]")
    return ("java.util.GregorianCalendar[time=?,areFieldsSet=false,areAllFieldsSet=false,lenient=true,zone=" + zone +
            ",firstDayOfWeek=1,minimalDaysInFirstWeek=1,ERA=?," + day +
            ",DAY_OF_YEAR=?,DAY_OF_WEEK=?,DAY_OF_WEEK_IN_MONTH=?," + clock + ",ZONE_OFFSET=?,DST_OFFSET=?]")


def hash_code(key):
    kind = type(key)
    if kind is str:
        units = key.encode("utf-16-le", "surrogatepass")
        code = 0
        for at in range(0, len(units), 2):
            code = (31 * code + (units[at] | units[at + 1] << 8)) & 0xFFFFFFFF
        return code
    if kind is bool:
        return 1231 if key else 1237
    if kind is int:
        if -(1 << 31) <= key < 1 << 31:
            return key & 0xFFFFFFFF
        return (key ^ key >> 32) & 0xFFFFFFFF
    if kind is float:
        bits = struct.unpack("!q", struct.pack("!d", key))[0]
        return (bits ^ bits >> 32) & 0xFFFFFFFF
    return None


def long_hash(value):
    """Long.hashCode, also of a long that would be an Integer when unpickled."""
    return (value ^ value >> 32) & 0xFFFFFFFF


def float_hash(value):
    """Float.hashCode."""
    return struct.unpack("!I", struct.pack("!f", value))[0]


def hash_order(items, hash_of=hash_code, capacity=1):
    """The entries in the order in which a java.util.HashMap of that capacity, into which they were put, would give
    them, where their keys' hashes are known."""
    items = list(items)
    if len(items) < 2:
        return items
    while len(items) * 4 > capacity * 3:
        capacity *= 2
    places = []
    for key, _ in items:
        code = hash_of(key)
        if code is None:
            return items
        places.append((code ^ code >> 16) & capacity - 1)
    return [items[at] for at in sorted(range(len(items)), key=places.__getitem__)]


def unpickled_order(items):
    """The entries of a pickled dict as Java's map has them. Python pickles them by the thousand; the unpickler puts
    each batch, last to first, into a map of its own, whose entries it adds to the dict's."""
    items = list(items)
    if len(items) < 2:
        return items
    added = []
    for at in range(0, len(items), 1000):
        added += hash_order(reversed(items[at:at + 1000]), capacity=16)
    room = int(min(len(items), 1000) / 0.75 + 1)  # as HashMap.putAll makes it for the first batch
    return hash_order(added, capacity=1 << (room - 1).bit_length())
