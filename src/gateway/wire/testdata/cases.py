"""The requests that record.py tries: as clients send them, as none does but may, and mutants of them."""
import random

from pyspark.sql.connect.proto import base_pb2

SESSION = "session-1"
OPERATION = "operation-1"


def varint(value, length=0):
    """With `length` bytes where that is more than needed."""
    out = bytearray()
    while value >= 0x80 or len(out) + 1 < length:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def field(number, data, length=0):
    return varint(number << 3 | 2, length) + varint(len(data), length) + data


def user_field(user):
    return field(2, field(1, user.encode()) + field(2, user.encode()))


def real_requests(classes):
    """Requests as clients send them, and a few as nobody does but may."""
    context = base_pb2.UserContext(user_id="ada", user_name="Ada Löwe")
    common = dict(session_id=SESSION, user_context=context)

    def execute(**more):
        return base_pb2.ExecutePlanRequest(**common, client_type="py", **more)

    option = base_pb2.ExecutePlanRequest.RequestOption
    reattach = option(reattach_options=base_pb2.ReattachOptions(reattachable=True))
    plan = base_pb2.Plan()
    plan.root.common.plan_id = 1
    plan.root.sql.query = "SELECT 'ü'"
    clean, ml, other, compressed = (base_pb2.Plan() for _ in range(4))
    clean.command.ml_command.clean_cache.SetInParent()
    ml.command.ml_command.delete.evict_only = True
    other.command.sql_command.sql = "SELECT 1"
    compressed.compressed_operation.data = b"\x28\xb5\x2f\xfd"
    for p in (plan, clean, ml, other, compressed):
        yield "kExecutePlan", execute(plan=p, operation_id=OPERATION, request_options=[reattach], tags=["a", "b"])
    yield "kExecutePlan", execute(plan=clean, client_observed_server_side_session_id="", request_options=[
        reattach, option(reattach_options=base_pb2.ReattachOptions(reattachable=False))])
    yield "kExecutePlan", execute(plan=plan, request_options=[option(
        result_chunking_options=base_pb2.ResultChunkingOptions(allow_arrow_batch_chunking=True))])
    yield "kExecutePlan", execute(plan=clean)
    config = base_pb2.ConfigRequest

    def configure(**operation):
        return config(**common, client_observed_server_side_session_id=OPERATION,
                      operation=config.Operation(**operation))

    pairs = [base_pb2.KeyValue(key="spark.connect.grpc.header.x-acme-team", value="feature-engineering"),
             base_pb2.KeyValue(key="x-team", value=""), base_pb2.KeyValue(key="ключ"), base_pb2.KeyValue()]
    keys = ["spark.sql.session.timeZone", "x", ""]
    yield "kConfig", configure(set=config.Set(pairs=pairs))
    yield "kConfig", configure(set=config.Set(pairs=pairs[:1], silent=True))
    yield "kConfig", configure(get=config.Get(keys=keys))
    yield "kConfig", configure(get_with_default=config.GetWithDefault(pairs=pairs))
    yield "kConfig", configure(get_option=config.GetOption(keys=keys))
    yield "kConfig", configure(get_all=config.GetAll(prefix="spark."))
    yield "kConfig", configure(unset=config.Unset(keys=keys))
    yield "kConfig", configure(is_modifiable=config.IsModifiable(keys=keys))
    yield "kConfig", configure()
    analyze = base_pb2.AnalyzePlanRequest(**common, client_observed_server_side_session_id="o")
    analyze.spark_version.SetInParent()
    yield "kAnalyzePlan", analyze
    chunk = base_pb2.AddArtifactsRequest.ArtifactChunk(data=b"PK\3\4", crc=7)
    artifact = base_pb2.AddArtifactsRequest.SingleChunkArtifact(name="jars/a.jar", data=chunk)
    yield "kAddArtifacts", base_pb2.AddArtifactsRequest(
        **common, batch=base_pb2.AddArtifactsRequest.Batch(artifacts=[artifact]))
    yield "kAddArtifacts", base_pb2.AddArtifactsRequest(session_id=SESSION, chunk=chunk)
    yield "kArtifactStatus", base_pb2.ArtifactStatusesRequest(**common, names=["cache/abc"])
    yield "kInterrupt", base_pb2.InterruptRequest(**common, interrupt_type=3, operation_id=OPERATION)
    yield "kReattachExecute", base_pb2.ReattachExecuteRequest(
        **common, operation_id=OPERATION, last_response_id="r", client_observed_server_side_session_id="o")
    until = base_pb2.ReleaseExecuteRequest.ReleaseUntil(response_id="r")
    yield "kReleaseExecute", base_pb2.ReleaseExecuteRequest(**common, operation_id=OPERATION, release_until=until)
    yield "kReleaseSession", base_pb2.ReleaseSessionRequest(**common, allow_reconnect=True)
    yield "kFetchErrorDetails", base_pb2.FetchErrorDetailsRequest(**common, error_id="e")
    yield "kCloneSession", base_pb2.CloneSessionRequest(**common, new_session_id=OPERATION)
    status = base_pb2.GetStatusRequest(**common, client_observed_server_side_session_id="s")
    status.operation_status.operation_ids.append(OPERATION)
    yield "kGetStatus", status
    for method, cls in classes.items():
        yield method, cls()
        yield method, cls(session_id="s", user_context=base_pb2.UserContext(user_id="u"))


def odd_messages():
    """What no client sends: each rule of the wire format by itself."""
    s, u = field(1, b"one"), field(2, field(1, b"eve"))
    for keep in (b"", s):
        yield from ((keep + tail) for tail in (
            varint(1 << 3 | 2, 5) + b"\3two", varint(1 << 3 | 2, 6) + b"\3two", b"\x8a\x80\x80\x80\x10\3two",
            b"\x0a" + varint(3, 5) + b"two", b"\x0a" + varint(3, 6) + b"two", b"\x0a\xff\xff\xff\xff\x07",
            b"\x0a\xff\xff\xff\xff\x0f", b"\x0a\x80\x80\x80\x80\x08", b"\x08\1", b"\x0d1234", b"\x091234567", b"\x0912345678",
            b"\x0b\x0c", b"\x0b\x14", b"\x13" + s + b"\x14", b"\x0b\x13\x14\x0c", b"\x0b\x13\x0c\x14", b"\x0c", b"\x0b",
            b"\x13" + b"\x0a\7two\x14", b"\x0e", b"\x0f", b"\0", b"\0\0", b"\2\0", b"\x80\0", b"\xf8\xff\xff\xff\x0f\0",
            b"\xfa\xff\xff\xff\x0f\0", b"\xf8\xff\xff\xff\x1f\0", b"\xd0\x7d" + b"\xff" * 9 + b"\1",
            b"\xd0\x7d" + b"\xff" * 9 + b"\x7f", b"\xd0\x7d" + b"\xff" * 10 + b"\1", b"\xd0\x7d" + b"\x80" * 9,
            b"\x0a\2\xc3\xa9", b"\x0a\2\xc3\x28", b"\x0a\3\xed\xa0\x80", b"\x0a\1\xff" + s, b"\x0a\4\xf4\x90\x80\x80",
            u + field(2, b""), u + field(2, field(1, b"")), u + field(2, field(2, b"x")), u + field(2, field(1, b"\xff")),
            u + field(2, field(2, b"\xff")), u + field(2, b"\x0a"), u + field(2, b"\x08\1"), u + b"\x10\1" + u,
            u + field(2, field(1, b"a") + field(1, b"b")), field(2, b"\x0b" + field(1, b"x") + b"\x0c"),
            field(999, b"x" * 9), s + u + s, b"\x13" * 100 + b"\x14" * 100, b"\x13" * 101 + b"\x14" * 101,
            field(2, b"\x1b" * 99 + b"\x1c" * 99), field(2, b"\x1b" * 100 + b"\x1c" * 100)))


def choices():
    """Pieces of the three oneofs, to be put together in every order."""
    command = lambda data: field(3, field(2, data))
    plans = [command(field(17, field(7, b""))), command(field(17, field(1, b""))), command(field(17, b"")), command(b""),
             command(field(5, b"")), command(field(999, b"")), command(field(16, b"")), command(field(20, b"")),
             command(field(17, field(11, b""))), command(field(17, b"\x38\1")), command(b"\x88\1\1"), field(3, field(1, b"")),
             field(3, field(3, b"")), field(3, field(4, b"")), field(3, b""), command(field(17, field(7, b"") + field(2, b""))),
             command(field(17, field(7, b"")) + field(17, field(7, b"junk"))), field(3, field(1, b"") + field(2, b"")),
             command(field(17, b"\x3a")), b"\x1b\x1c", b"\x18\1"]
    for a in plans:
        for b in plans:
            yield "kExecutePlan", a + b
    option = lambda data: field(5, data)
    yes, no = field(1, b"\x08\1"), field(1, b"\x08\0")
    for pieces in ((yes,), (no,), (yes, no), (no, yes), (yes, field(1, b"")), (yes, field(2, b"")), (field(2, b""), yes),
                   (yes, field(999, b"")), (yes, field(3, b"")), (yes, field(2, b""), field(1, b"")), (b"\x08\1",), (),
                   (field(1, b"\x08\x80\x80\x80\x80\x10"),), (field(1, b"\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\2"),),
                   (field(1, b"\x08"),), (field(1, field(1, b"\1")),)):
        yield "kExecutePlan", option(b"".join(pieces))
        yield "kExecutePlan", b"".join(map(option, pieces))
    pair = field(1, field(1, b"k") + field(2, b"v"))
    ops = [field(1, pair), field(1, b""), field(2, field(1, b"k")), field(3, pair), field(3, field(1, field(2, b""))),
           field(4, field(1, b"o")), field(5, b""), field(5, field(1, b"\xff")), field(6, field(1, b"") + field(1, b"z")),
           field(7, field(1, b"m")), field(8, b""), b"\x0b\x0c", b"\x08\1", field(1, pair + field(1, field(1, b"j"))),
           field(1, field(1, field(1, b"a") + field(1, b"b") + field(2, b"c") + field(2, b"d"))), field(1, field(1, b"\x0a")),
           field(1, field(1, field(2, b"\xff"))), field(2, field(1, b"\xff")), field(1, b"\x10\1" + field(3, b"x"))]
    for a in ops:
        for b in ops:
            yield "kConfig", field(3, a) + field(3, b)
    for a in ops[:8]:
        for b in ops[:8]:
            yield "kConfig", field(3, a + b) + field(3, a)


class NoMessage(Exception):
    """What pieces_of cannot take apart."""


def pieces_of(data):
    """The top-level fields of a message, groups whole."""

    def varint_at(at):
        value = shift = 0
        while at < len(data):
            value |= (data[at] & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if data[at - 1] < 0x80:
                return value, at
        raise NoMessage("cut")

    at, begin, groups, pieces = 0, 0, 0, []
    while at < len(data):
        key, at = varint_at(at)
        number, kind = key >> 3, key & 7
        if number == 0 or kind > 5:
            raise NoMessage("no key")
        if kind in (0, 2):
            value, at = varint_at(at)
            at += value if kind == 2 else 0
        at += {1: 8, 5: 4}.get(kind, 0)
        groups += {3: 1, 4: -1}.get(kind, 0)
        if not groups:
            pieces.append(data[begin:at])
            begin = at
    return pieces


def mutants(seeds, rounds):
    rng = random.Random(20260131)
    by_method = {}
    for method, data in seeds:
        by_method.setdefault(method, []).append(data)
    # Bytes that mean something to a parser.
    words = [b"\x0a", b"\x12", b"\x1a", b"\x0b", b"\x0c", b"\x13", b"\x14", b"\x80", b"\xff", b"\0", b"\x7f", b"\x88\1", b"\x8a\1",
             field(1, b"x"), user_field("mallory"), b"\x0a\x80\0", b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"]
    for _ in range(400 * rounds):
        method = rng.choice(list(by_method))
        data = rng.choice(by_method[method])
        for _ in range(rng.randint(1, 2)):
            kind, at = rng.randrange(7), rng.randrange(len(data) + 1)
            if kind == 0:
                data += rng.choice(by_method[method])
            elif kind == 1:
                data = data[:at] + rng.choice(words) + data[at:]
            elif kind == 2 and data:
                at = rng.randrange(len(data))
                data = data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1:]
            elif kind == 3:
                data = data[:at]
            elif kind == 4 and data:
                end = min(len(data), at + rng.randint(1, 6))
                data = data[:at] + data[end:]
            elif kind == 5:
                try:
                    pieces = pieces_of(data)
                    rng.shuffle(pieces)
                    data = b"".join(pieces)
                except NoMessage:
                    pass
            elif kind == 6:
                data = b"\x1b" + data + b"\x1c" + data
        if len(data) <= 600:
            yield method, data
