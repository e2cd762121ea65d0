"""Records how Python's protobuf reads requests and writes messages, for the unit tests beside this folder.

    .deps/venv-client/bin/python src/gateway/wire/testdata/record.py [FOLDER] [ROUNDS]    (default: this folder, 1)

Needs PySpark 4.3. The gateway decodes only some fields, so the oracle is a parser of a schema where every other text and
message is bytes, made from PySpark's own; where PySpark's classes accept a message, both must agree. Rows are the same
in every run; more ROUNDS make more mutants (request_rows.inc grows by about 400 rows each).
"""
import os
import sys

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, duration_pb2, message_factory
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2
from pyspark.sql.connect.proto import base_pb2

from cases import NoMessage, choices, mutants, odd_messages, pieces_of, real_requests, user_field

HEADER = "// Recorded from PySpark 4.3.0's protobuf classes by record.py: do not edit.\n"
USER = "verified@example.com"
SESSION = "0f0e0d0c-0b0a-4908-8706-050403020100"
OPERATION = "11111111-2222-4333-8444-555555555555"
RESPONSE = "00000000-0000-4000-8000-000000000000"

REQUESTS = {
    "kExecutePlan": "ExecutePlanRequest", "kAnalyzePlan": "AnalyzePlanRequest", "kConfig": "ConfigRequest",
    "kAddArtifacts": "AddArtifactsRequest", "kArtifactStatus": "ArtifactStatusesRequest",
    "kInterrupt": "InterruptRequest", "kReattachExecute": "ReattachExecuteRequest",
    "kReleaseExecute": "ReleaseExecuteRequest", "kReleaseSession": "ReleaseSessionRequest",
    "kFetchErrorDetails": "FetchErrorDetailsRequest", "kCloneSession": "CloneSessionRequest",
    "kGetStatus": "GetStatusRequest",
}
RESPONSES = {method: name.replace("Request", "Response") for method, name in REQUESTS.items()}
RESPONSES["kReattachExecute"] = "ExecutePlanResponse"

# What the gateway decodes: message -> fields; all of a request that is named here.
EVERYWHERE = {"session_id", "user_context", "client_observed_server_side_session_id"}
OF_REQUEST = {"kExecutePlan": {"operation_id", "plan", "request_options"}, "kReattachExecute": {"operation_id"},
              "kReleaseExecute": {"operation_id"}, "kCloneSession": {"new_session_id"}, "kConfig": {"operation"}}
CONFIG_KEYS = ("Get", "GetOption", "Unset", "IsModifiable")
DECODED = {
    "UserContext": {"user_id", "user_name"}, "RequestOption": {"reattach_options"}, "ReattachOptions": {"reattachable"},
    "Plan": {"command"}, "Command": {"ml_command"}, "MlCommand": set(), "KeyValue": {"key", "value"},
    "Operation": {"set", "get", "get_with_default", "get_option", "unset", "is_modifiable", "get_all"},
    "Set": {"pairs"}, "GetWithDefault": {"pairs"}, "GetAll": set(), **{name: {"keys"} for name in CONFIG_KEYS},
}


def reduced_class(method):
    """The request's class with bytes for all that the gateway does not decode."""
    file = descriptor_pb2.FileDescriptorProto(name=f"{method}.proto", package=method, syntax="proto3")
    done = {}

    def add(descriptor, decoded):
        if descriptor.full_name in done:
            return done[descriptor.full_name]
        done[descriptor.full_name] = name = f"M{len(done)}"
        message = descriptor_pb2.DescriptorProto()
        descriptor.CopyToProto(message)
        for part in ("nested_type", "enum_type", "reserved_range", "reserved_name", "options"):
            message.ClearField(part)
        message.name = name
        for field, of in zip(message.field, descriptor.fields):
            for part in ("options", "json_name"):
                field.ClearField(part)
            if of.name in decoded and of.message_type is not None:
                field.type_name = "." + method + "." + add(of.message_type, DECODED[of.message_type.name])
            elif of.type in (of.TYPE_MESSAGE, of.TYPE_STRING, of.TYPE_ENUM) and of.name not in decoded:
                # A map's entries and enums, too: nothing of them is read.
                field.type = field.TYPE_BYTES if of.type != of.TYPE_ENUM else field.TYPE_INT32
                field.ClearField("type_name")
        file.message_type.append(message)
        return name

    request = base_pb2.DESCRIPTOR.message_types_by_name[REQUESTS[method]]
    root = add(request, EVERYWHERE | OF_REQUEST.get(method, set()))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{method}.{root}"))


REDUCED = {method: reduced_class(method) for method in REQUESTS}
FULL = {method: getattr(base_pb2, name) for method, name in REQUESTS.items()}


def escape(text):
    """As the tests escape what a row tells."""
    return "".join(chr(b) if 0x20 < b < 0x7F and chr(b) not in "\\\"=,;?%" else "%%%02x" % b for b in text.encode())


def parse(cls, data):
    try:
        return cls.FromString(data)
    except DecodeError:
        return None


def describe(method, request):
    """What the gateway reads of a request, in the words of request_reader_test.cc; None where it was not parsed."""
    if request is None:
        return None
    told = [("session", request.session_id), ("user", request.user_context.user_id)]
    if method != "kReleaseSession":
        told.append(("observed", request.client_observed_server_side_session_id))
    if "operation_id" in OF_REQUEST.get(method, ()):
        told.append(("operation", request.operation_id))
    words = [f"{name}={escape(text)}" for name, text in told if text]
    if method == "kCloneSession" and request.new_session_id:
        words.append("new=" + escape(request.new_session_id))
    if method == "kExecutePlan":
        if any(option.HasField("reattach_options") and option.reattach_options.reattachable
               for option in request.request_options):
            words.append("reattachable")
        plan = request.plan
        if (plan.WhichOneof("op_type") == "command" and plan.command.WhichOneof("command_type") == "ml_command"
                and plan.command.ml_command.WhichOneof("command") == "clean_cache"):
            words.append("cleans")
    if method == "kConfig" and (kind := request.operation.WhichOneof("op_type")):
        operation = getattr(request.operation, kind)
        words.append(f"config={request.operation.DESCRIPTOR.fields_by_name[kind].number}")
        if kind in ("set", "get_with_default"):
            words += [escape(pair.key) + ("=" + escape(pair.value) if pair.HasField("value") else "?")
                      for pair in operation.pairs]
        elif kind != "get_all":
            words += [escape(key) + "?" for key in operation.keys]
    return ";".join(words)


def judge(method, data):
    """The row's expectation, after the classes of PySpark have agreed."""
    told = describe(method, parse(REDUCED[method], data))
    full = parse(FULL[method], data)
    if full is not None and describe(method, full) != told:
        raise SystemExit(f"the reduced schema differs: {method} {data.hex()}")
    if told is not None:
        try:
            pieces_of(data)
        except NoMessage:
            # A field number 0 within a group that is skipped: Python lets it pass, Java and C++ do not.
            return None
    return told


def request_rows(rounds):
    seeds = [(method, request.SerializeToString()) for method, request in real_requests(FULL)]
    cases = dict.fromkeys(seeds)
    # Two messages in a row are one, merged.
    cases.update(dict.fromkeys((method, a + b) for i, (method, a) in enumerate(seeds) for j, (other, b) in enumerate(seeds)
                               if method == other and (i + 2 * j) % 3 == 0))
    odd = list(odd_messages())
    cases.update(dict.fromkeys(("kInterrupt", data) for data in odd))
    cases.update(dict.fromkeys(("kCloneSession", data) for data in odd if len(data) < 8))
    cases.update(dict.fromkeys(choices()))
    cases.update(dict.fromkeys(mutants(seeds, rounds)))
    return [(method, data, judge(method, data)) for method, data in cases]


def override_rows(rows):
    """Messages that end with the field that names the verified user: nothing but the user may change."""
    for method, data, told in rows:
        if told is None:
            continue
        overridden = data + user_field(USER)
        reduced, full = parse(REDUCED[method], overridden), parse(FULL[method], overridden)
        for request in filter(None, (reduced, full)):
            if request.user_context.user_id != USER or request.user_context.user_name != USER:
                raise SystemExit(f"not overridden: {method} {data.hex()}")
        if full is not None:
            before, after = parse(FULL[method], data), full
            before.ClearField("user_context")
            after.ClearField("user_context")
            if before != after:
                raise SystemExit(f"changed: {method} {data.hex()}")
        elif parse(FULL[method], data) is not None:
            raise SystemExit(f"refused: {method} {data.hex()}")
        yield method, overridden, judge(method, overridden)


def written_rows():
    """Messages that the gateway writes itself, as Python writes them (a row's name is what the test calls it)."""
    deterministic = lambda message: message.SerializeToString(deterministic=True)
    config, context = base_pb2.ConfigRequest, base_pb2.UserContext(user_id=USER, user_name=USER)
    key_value = base_pb2.KeyValue
    pairs = [key_value(key="a", value="1"), key_value(key="ü", value="")]
    common = dict(session_id=SESSION, user_context=context, client_type="gateway")
    yield "config set", config(**common, operation=config.Operation(set=config.Set(pairs=pairs)))
    yield "config set nothing", config(**common, operation=config.Operation(set=config.Set()))
    yield "config set silent", config(**common, operation=config.Operation(set=config.Set(
        pairs=[base_pb2.KeyValue(key="a", value="1")], silent=True)))
    yield "config get option", config(**common, operation=config.Operation(get_option=config.GetOption(keys=["a", ""])))
    yield "release", base_pb2.ReleaseSessionRequest(**common)
    response = dict(session_id=SESSION, pairs=[*pairs, key_value(key="unset")], warnings=["careful", ""])
    yield "config response", base_pb2.ConfigResponse(**response)
    yield "config response of a server", base_pb2.ConfigResponse(**response, server_side_session_id=OPERATION)
    result = base_pb2.ExecutePlanResponse(session_id=SESSION, operation_id=OPERATION, response_id=RESPONSE)
    result.result_complete.SetInParent()
    yield "result complete", result
    result.server_side_session_id = "server"
    yield "result complete of a server", result
    secret = [key_value(key="spark.password", value="hunter2"), key_value(key="a", value="hunter2"),
              key_value(key="spark.password"), key_value(key="spark.password", value="")]
    response = base_pb2.ConfigResponse(session_id=SESSION, pairs=secret, warnings=["w"], server_side_session_id="s")
    yield "secrets", response
    for pair in response.pairs:
        if pair.key == "spark.password" and pair.HasField("value"):
            pair.value = "*********(redacted)"
    yield "redacted", response

    def status(code, message, info=None, delay=None):
        result = status_pb2.Status(code=code, message=message)
        for part in (info, delay):
            if part is not None:
                packed = any_pb2.Any()
                packed.Pack(part, deterministic=True)
                result.details.append(packed)
        return result

    classes = lambda first, *more: '["' + '","'.join(
        [first, *more, "java.lang.Exception", "java.lang.Throwable", "java.lang.Object"]) + '"]'
    sql = "org.apache.spark.SparkSQLException"
    changed = error_details_pb2.ErrorInfo(reason=sql, domain="org.apache.spark", metadata={
        "classes": classes(sql, "java.sql.SQLException"), "errorClass": "INVALID_HANDLE.SESSION_CHANGED",
        "messageParameters": '{"handle":"a\\"b"}', "sqlState": "HY000"})
    text = "[INVALID_HANDLE.SESSION_CHANGED] The server of this session is gone – begin a new one."
    yield "session changed", status(13, text, changed)
    spark = "org.apache.spark.SparkException"
    quota = error_details_pb2.ErrorInfo(reason=spark, domain="org.apache.spark", metadata={
        "classes": classes(spark), "errorClass": "GATEWAY_QUOTA", "messageParameters": "{}", "sqlState": "53000"})
    delay = error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(seconds=1, nanos=500_000_000))
    yield "quota", status(8, "[GATEWAY_QUOTA] Too many.", quota, delay)
    yield "retry", status(14, "starting", None, delay)
    at_once = error_details_pb2.RetryInfo()
    at_once.retry_delay.SetInParent()
    yield "retry at once", status(14, "starting", None, at_once)


def response_rows():
    """A response of each method with its server_side_session_id."""
    for method, name in RESPONSES.items():
        response = getattr(base_pb2, name)(session_id=SESSION, server_side_session_id="server of " + name)
        yield method, response.SerializeToString(), response.server_side_session_id


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    rows = request_rows(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    chosen = [row for row in rows if len(row[1]) < 200][::8]

    def write(name, lines):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            f.write(HEADER + "".join(lines))

    def row(method, data, told):
        return f'{{Method::{method}, "{data.hex()}", ' + ("nullptr" if told is None else f'"{told}"') + "},\n"

    write("request_rows.inc", ["// Method, message, what is read of it (nullptr: it is no message).\n"] +
          [row(*r) for r in rows])
    write("override_rows.inc", ["// As request_rows.inc; each message ends with the field that names the verified user.\n"] +
          [row(*r) for r in override_rows(rows if len(sys.argv) > 2 else chosen)])
    list(override_rows(rows))  # all are proved, some are kept
    write("written_rows.inc", [f'{{"{name}", "{m if isinstance(m, str) else m.SerializeToString(deterministic=True).hex()}"}},\n'
                               for name, m in written_rows()])
    write("response_rows.inc", [f'{{Method::{m}, "{data.hex()}", "{told}"}},\n' for m, data, told in response_rows()])
    print(len(rows), "requests,", sum(told is None for _, _, told in rows), "of them no messages")


if __name__ == "__main__":
    main()
