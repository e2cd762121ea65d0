"""Builds plans with PySpark and without a server: what would be sent is kept instead, in a form two clients can be compared by.

The stub below the client answers the questions that PySpark asks on its way (a schema, whether a plan streams, settings);
an ExecutePlan ends the call. Identifiers are made comparable: plan ids and the numbers of lambda variables become their
ranks in the message, call sites are dropped, and seeds that the caller did not give are one number.
"""

import random
import re

from google.protobuf import text_format
from google.protobuf.message import Message
from pyspark.sql.column import Column
from pyspark.sql.connect import proto
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.connect.types import pyspark_types_to_proto_types
from pyspark.sql.types import DateType, DoubleType, IntegerType, LongType, StringType, StructField, StructType

SESSION_ID = "00000000-0000-4000-8000-000000000000"
# What df.schema is told: the columns that cases name.
SCHEMA = {"a": IntegerType(), "b": LongType(), "c": DoubleType(), "s": StringType(), "d": DateType()}

# What stands for a seed that the caller did not give; a long as nearly all of them.
UNGIVEN_SEED = 1 << 62


class Sent(BaseException):
    """Ends a call whose message has been kept. No Exception: the client's retries must not see it."""


class Stub:
    def __init__(self):
        self.kept = []
        self.schema = None

    def ExecutePlan(self, request, **_):
        self.kept.append(request.plan)
        raise Sent

    def AnalyzePlan(self, request, **_):
        kept = proto.AnalyzePlanRequest()
        kept.CopyFrom(request)
        for field in ("session_id", "user_context", "client_type", "client_observed_server_side_session_id"):
            kept.ClearField(field)
        self.kept.append(kept)
        response = proto.AnalyzePlanResponse(session_id=SESSION_ID)
        kind = request.WhichOneof("analyze")
        if kind == "schema":
            response.schema.schema.CopyFrom(self.schema)
        elif kind == "is_streaming":
            response.is_streaming.is_streaming = False
        else:
            raise Sent
        return response

    def Config(self, request, **_):
        response = proto.ConfigResponse(session_id=SESSION_ID)
        for key in request.operation.get.keys:
            response.pairs.add(key=key, value="")
        for pair in request.operation.get_with_default.pairs:
            response.pairs.add().CopyFrom(pair)
        return response

    def __getattr__(self, name):
        raise AssertionError(f"PySpark called {name}")


def session():
    """A session whose calls end in a Stub, which is its second value."""
    spark = SparkSession.builder.remote(f"sc://localhost:1/;session_id={SESSION_ID};user_id=plans").create()
    stub = Stub()
    stub.schema = pyspark_types_to_proto_types(StructType([StructField(name, type) for name, type in SCHEMA.items()]))
    spark._client._stub = stub
    spark._client._use_reattachable_execute = False
    spark._client._plan_compression_threshold = -1
    spark._client._plan_compression_algorithm = "NONE"
    random.randint = lambda low, high: UNGIVEN_SEED
    return spark, stub


def built(spark, stub, call):
    """The message that `call` makes: of the Column or DataFrame it returns, or of the last request it sends."""
    stub.kept.clear()
    try:
        value = call()
    except Sent:
        return stub.kept[-1]
    if isinstance(value, Column):
        return value.to_plan(spark._client)
    if isinstance(value, DataFrame):
        return value._plan.to_proto(spark._client)
    if not stub.kept:
        raise AssertionError(f"neither a plan nor a request but {value!r}")
    return stub.kept[-1]


VARIABLE = re.compile(r"^([xyz])_(\d+)$")


def has_plan_id(part):
    field = part.DESCRIPTOR.fields_by_name.get("plan_id")
    return field is not None and (not field.has_presence or part.HasField("plan_id"))


def walk(message, visit):
    visit(message)
    for field, value in message.ListFields():
        if field.type != field.TYPE_MESSAGE:
            continue
        if field.message_type.GetOptions().map_entry:
            if field.message_type.fields_by_name["value"].type == field.TYPE_MESSAGE:
                for key in value:
                    walk(value[key], visit)
        elif isinstance(value, Message):
            walk(value, visit)
        else:
            for item in value:
                walk(item, visit)


def normalized(message):
    ids, variables = set(), set()

    def collect(part):
        if has_plan_id(part):
            ids.add(part.plan_id)
        if isinstance(part, proto.Expression.UnresolvedNamedLambdaVariable):
            variables.update(int(VARIABLE.match(name)[2]) for name in part.name_parts if VARIABLE.match(name))

    def replace(part):
        if has_plan_id(part):
            part.plan_id = sorted(ids).index(part.plan_id)
        if isinstance(part, proto.Expression.UnresolvedNamedLambdaVariable):
            for i, name in enumerate(part.name_parts):
                found = VARIABLE.match(name)
                if found:
                    part.name_parts[i] = f"{found[1]}_{sorted(variables).index(int(found[2]))}"
        if isinstance(part, (proto.Expression, proto.Relation)) and part.HasField("common"):
            part.common.ClearField("origin")
            if not part.common.ListFields():
                part.ClearField("common")

    copy = type(message)()
    copy.CopyFrom(message)
    walk(copy, collect)
    walk(copy, replace)
    return copy


def text(message):
    """`Expression unresolved_function { … }`: the type, then the message on one line."""
    return f"{type(message).DESCRIPTOR.name} {text_format.MessageToString(normalized(message), as_one_line=True)}"
