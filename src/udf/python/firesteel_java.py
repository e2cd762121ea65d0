"""What Java makes of Python's values where Spark hands them over pickled: texts, orders of maps, refusals.

Spark's unpickler is Razorvine's; values then pass EvaluatePython.makeFromJava. The answers here are those of Apache
Spark 4.3 (tests/golden holds recordings).
"""

import datetime
import decimal
import struct
import types

_PLAIN = frozenset({type(None), bool, int, float, str, bytes, bytearray, list, tuple, dict, set, frozenset, complex, type,
                    decimal.Decimal, datetime.date, datetime.datetime, datetime.time, datetime.timedelta})


class PickleException(Exception):
    """Java's net.razorvine.pickle.PickleException."""


class ConditionError(Exception):
    """What Spark's JVM, not the user's code, would raise: a condition of its table with its parameters."""

    def __init__(self, condition, **parameters):
        super().__init__(condition)
        self.condition, self.parameters = condition, parameters


def check_picklable(value):
    """Raises PickleException for what Java cannot build: objects whose class wants arguments."""
    if type(value) in _PLAIN or isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
        return
    made_by, arguments = value.__reduce_ex__(5)[:2]
    for argument in arguments:
        check_picklable(argument)
    name = getattr(made_by, "__name__", "")
    if name == "__newobj__":
        made_by, arguments = arguments[0], arguments[1:]
    if arguments:
        raise PickleException(
            "expected zero arguments for construction of ClassDict (for "
            f"{made_by.__module__}.{made_by.__qualname__}). This happens when an unsupported/unregistered class is being "
            "unpickled that requires construction arguments. Fix it by registering a custom IObjectConstructor for this "
            "class.")


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
        total = value.days * 86400 + value.seconds
        return (f"Timedelta: {value.days} days, {value.seconds} seconds, {value.microseconds} microseconds "
                f"(total: {total} seconds)")
    if kind is datetime.time:
        return (f"Time: {value.hour} hours, {value.minute} minutes, {value.second} seconds, "
                f"{value.microsecond} microseconds")
    if kind is complex:
        return f"{double_text(value.real)}{'+' if value.imag >= 0 else ''}{double_text(value.imag)}i"
    check_picklable(value)
    return str(value)


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
